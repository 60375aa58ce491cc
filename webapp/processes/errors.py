"""What can go wrong when the product starts or runs; each message says what to do.

ProcessError
├── AlreadyRunning    another launcher serves this data folder
├── PortTaken         the port that was asked for is in use
├── UnsafeSettings    the product is offered to others as it should not be
├── ServerMissing     no server is configured and the embedded one is not installed
├── ServerFailed      Postgres or Redis cannot be prepared or reached
└── ProductFailed     a process of the product, or its manager, ended
"""


class ProcessError(Exception):
    """The product cannot start or go on."""


class AlreadyRunning(ProcessError):
    """Another launcher serves this data folder."""


class PortTaken(ProcessError):
    """The port that was asked for is in use."""


class UnsafeSettings(ProcessError):
    """The product is offered to others than this machine as it should not be."""


class ServerMissing(ProcessError):
    """No server is configured, and the embedded one is not installed."""


class ServerFailed(ProcessError):
    """Postgres or Redis cannot be prepared or reached."""


class ProductFailed(ProcessError):
    """A process of the product, or its manager, ended."""

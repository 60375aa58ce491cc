"""supervisord, with logs that lose lines where it would end for them.

By itself it writes what a log does not take to its own output, which is on the same disk; that
raises in its main loop, and with it end all processes.

A script without imports from the project, for it runs in the data folder:

    python -P supervising.py -c SETTINGS
"""

from contextlib import suppress

from supervisor import loggers, supervisord

FAULTS = (OSError, ValueError)  # a file that could not be closed whole counts as closed


class LossyHandler(loggers.RotatingFileHandler):  # type: ignore[misc]
    """Writes as long as there is room, and again once there is."""

    def emit(self, record: object) -> None:
        with suppress(*FAULTS):
            if self.stream.closed:
                self.closed = True  # which it does not know
                self.reopen()
            super().emit(record)

    def handleError(self) -> None:
        """Nobody is told: there is nowhere to."""


if __name__ == "__main__":
    loggers.RotatingFileHandler = LossyHandler
    supervisord.main()

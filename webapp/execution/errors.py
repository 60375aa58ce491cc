"""What cannot be started, or done again."""


class RunRefused(ValueError):
    """The run cannot be started; the message says why and what to do."""


class NoSpaceToRun(RunRefused):
    """There is too little room on the disk for any run (`webapp/files/room.py`)."""

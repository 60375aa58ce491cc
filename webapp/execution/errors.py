"""What cannot be started, or done again."""


class RunRefused(ValueError):
    """The run cannot be started; the message says why and what to do."""

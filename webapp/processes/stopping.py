"""Signals that ask the launcher to stop: Ctrl-C, SIGTERM, and SIGHUP of a closed terminal."""

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

ASKING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class StopRequest(SystemExit):
    """Somebody asked the launcher to stop; uncaught, it ends the process without a traceback."""

    def __init__(self, number: int) -> None:
        super().__init__(128 + number)
        self.signal = signal.Signals(number)


@contextmanager
def stop_requests() -> Iterator[Callable[[], None]]:
    """Raise StopRequest on the first such signal; main thread only.

    Gives a function to call before cleaning up: from then on, as after the first signal, further
    ones are ignored, so that an impatient second Ctrl-C leaves nothing half stopped. A signal
    that was ignored from the beginning (nohup) stays ignored.
    """
    listening = True

    def handle(number: int, frame: FrameType | None) -> None:
        nonlocal listening
        if listening:
            listening = False
            raise StopRequest(number)

    def stop_listening() -> None:
        nonlocal listening
        listening = False

    before = {one: signal.getsignal(one) for one in ASKING}
    heard = [one for one in ASKING if before[one] is not signal.SIG_IGN]
    for one in heard:
        signal.signal(one, handle)
    try:
        yield stop_listening
    finally:
        for one in heard:
            signal.signal(one, before[one])

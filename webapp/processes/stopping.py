"""Signals that ask the launcher to stop: Ctrl-C, SIGTERM, and SIGHUP of a closed terminal."""

import os
import select
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

ASKING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
LOOK_SECONDS = 1.0


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
    ended = threading.Event()
    if signal.SIGHUP in heard and os.isatty(0):
        threading.Thread(target=watch_terminal, args=[ended], daemon=True).start()
    try:
        yield stop_listening
    finally:
        ended.set()
        for one in heard:
            signal.signal(one, before[one])


def watch_terminal(ended: threading.Event) -> None:
    """Send ourselves SIGHUP when the terminal is closed.

    The system tells the session's leader only. A shell passes it on; make, when the terminal or
    ssh runs it without a shell, does not.
    """
    terminal = select.poll()
    terminal.register(0, 0)  # a hang-up is reported without being asked for
    while not ended.wait(LOOK_SECONDS):
        if terminal.poll(0):
            os.kill(os.getpid(), signal.SIGHUP)
            return

"""Whether something takes linear time, however fast the machine is: told by how the time grows."""

import gc
import time
from collections.abc import Callable

SHORT, TIMES = 8_000, 8  # characters; as many times as long
GROWTH = 3 * TIMES  # quadratic, it would be TIMES * TIMES
TRIES = 3


def is_linear(read: Callable[[str], object], repeated: str) -> bool:
    """Whether a text that is TIMES as long takes about as many times as long; asked again, of
    others, where it does not seem so, as somebody may have been in the way."""
    read(repeated)  # whatever is done only once
    first = SHORT // len(repeated)
    return any(_grows_little(read, repeated * n) for n in range(first, first + TRIES))


def _grows_little(read: Callable[[str], object], text: str) -> bool:
    return _seconds(read, text * TIMES) < GROWTH * _seconds(read, text)


def _seconds(read: Callable[[str], object], text: str) -> float:
    """The CPU time that it takes; not that of walking through what other tests have left, which
    only a longer text brings about."""
    gc.disable()
    try:
        begun = time.process_time()
        read(text)
        return time.process_time() - begun
    finally:
        gc.enable()

"""Waiting for what starts: as long as its process lives, saying what for.

A busy machine may take minutes for what takes seconds elsewhere, and giving up would begin it anew.
"""

import math
import sys
import time
from collections.abc import Callable

TOLD_SECONDS = 15.0  # between two words of what is waited for


def wait_until_it_answers(
    what: str,
    ask: Callable[[], object],
    not_yet: tuple[type[Exception], ...],
    check: Callable[[], None],
    seconds: float = math.inf,
) -> None:
    """Ask again until `ask` raises none of `not_yet`; after `seconds` the last one is raised.

    `check` raises where waiting longer is of no use: the process has ended.
    """
    began = told = time.monotonic()
    while True:
        check()
        try:
            ask()
            return
        except not_yet as error:
            now = time.monotonic()
            if now - began > seconds:
                raise
            if now - told > TOLD_SECONDS:
                told = now
                print(
                    f"Waiting for {what}, {now - began:.0f} s so far: it runs, and does not answer"
                    f" yet ({error}).",
                    file=sys.stderr,
                    flush=True,
                )
        time.sleep(0.05)

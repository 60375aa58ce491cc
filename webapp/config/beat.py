"""The beat: wakes whoever missed a message, see CELERY_BEAT_SCHEDULE."""

import socket
from typing import Any

from celery.beat import Scheduler

from webapp.queue import pulses


class Beat(Scheduler):
    """As Celery's own, which keeps nothing on disk, and it says that it goes round."""

    def setup_schedule(self) -> None:
        super().setup_schedule()
        pulses.mine.begin(f"beat@{socket.gethostname()}")

    def tick(self, *arguments: Any, **named: Any) -> float:
        pulses.mine.beat()
        return min(super().tick(*arguments, **named), pulses.SECONDS)

    def close(self) -> None:
        pulses.mine.end()
        super().close()

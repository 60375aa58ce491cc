"""What a model may be loaded on."""

from dataclasses import dataclass

from webapp.experts.memory import GB
from webapp.machine import cpu, memory

SIZES = (24, 48, 80, 141)  # as GPUs are sold
SEEN = 0.985  # of what is sold, what programs see: 139 of 141 GB on an H200, 79 of 80 on an H100


@dataclass(frozen=True)
class Card:
    """GPUs of one kind. `count`: how many the machine has."""

    name: str
    total_bytes: int  # of one, as programs see it
    capability: tuple[int, int] | None = None  # compute capability; None: 8.9 or more
    count: int = 1
    sleeping: bool = False  # experts may sleep beside the one that is loaded

    def has(self, major: int, minor: int) -> bool:
        return self.capability is None or self.capability >= (major, minor)


@dataclass(frozen=True)
class Host:
    """A machine without a GPU: the CPU build of vLLM."""

    total_bytes: int  # that are free
    name: str = "this machine's CPU"
    all_bytes: int = 0  # that it has; 0: they are all free
    cores: int = 1
    formats: frozenset[str] = frozenset()  # of 16 bits, in which its CPU computes by itself
    threads: int = 0  # of an engine, as the operator has set it; 0: as many as are of use
    cache_bytes: int = 0  # the same of its cache

    @property
    def memory(self) -> int:
        return self.all_bytes or self.total_bytes


Place = Card | Host


def this_host(threads: int = 0, cache_bytes: int = 0) -> Host:
    """As it is just now, with what the operator has set."""
    return Host(
        memory.free_memory(),
        all_bytes=memory.all_memory(),
        cores=cpu.cores(),
        formats=cpu.formats(),
        threads=threads,
        cache_bytes=cache_bytes,
    )


def sold_as(gigabytes: int) -> Card:
    """A GPU as it is sold: a recent one, and as many of them as a model is spread over."""
    return Card(f"{gigabytes} GB", int(gigabytes * GB * SEEN), count=8)

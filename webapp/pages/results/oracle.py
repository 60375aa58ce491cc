"""What accuracy a run would have if a right answer had always been chosen where there was one."""

from dataclasses import dataclass

from webapp.findings.oracles import ask
from webapp.runs.models import Finding, Run


@dataclass(frozen=True)
class Shares:
    """In percent of the judged questions. The pool's is between two, where not all is known."""

    judged: int
    seats: float
    pool: float
    pool_at_most: float
    unknown: int

    @property
    def is_known(self) -> bool:
        return not self.unknown


def oracle_of(run: Run) -> tuple[Finding | None, Shares | None]:
    """What a worker found, once the run has ended; its shares, where there are any."""
    oracle = ask(run)
    if oracle is None or not oracle.ready or oracle.problem or not oracle.found.get("judged"):
        return oracle, None
    found = oracle.found
    percent = 100 / found["judged"]
    pool = found["seats"] + found["right"]
    return oracle, Shares(
        judged=found["judged"],
        seats=percent * found["seats"],
        pool=percent * pool,
        pool_at_most=percent * (pool + found["unknown"]),
        unknown=found["unknown"],
    )

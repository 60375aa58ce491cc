"""The methods that a run can name: who is recruited, how many rounds, who writes the answer.

Declared, not programmed: `moe_core.pipeline` reads these fields. All methods share the pool, the
profile, the prompts, extraction and grading, so that their figures can be compared.
"""

from dataclasses import dataclass

from moe_core.errors import MethodError
from moe_core.recruiting import RECRUITERS, Fills, Recruiter, recruiter_named


@dataclass(frozen=True)
class Method:
    """One way from a question to its answer.

    `recruiter` is a name in RECRUITERS, `writer` one in moe_core.aggregation.WRITERS; None: the
    run chooses."""

    name: str
    title: str
    summary: str  # what it does, in a line for people who choose
    recruiter: str | None
    writer: str | None

    def takes(self, recruiter: Recruiter) -> bool:
        """Whether a run of this method may choose this recruiter."""
        return self.recruiter is None and recruiter.fills is Fills.K

    @property
    def takes_k(self) -> bool:
        """Whether the run's k has a meaning."""
        return self.recruiter is None or RECRUITERS[self.recruiter].fills is Fills.K

    def seats(self, recruiter: Recruiter, k: int, experts: int) -> int:
        """Responses that a question gets in one round, out of a pool of so many experts."""
        return {Fills.K: k, Fills.ONE: 1, Fills.ALL: experts}[recruiter.fills]


DEFAULT_RECRUITER = "paper"

METHODS: dict[str, Method] = {
    method.name: method
    for method in (
        Method(
            "skill-moe",
            "Skill-MoE (the paper)",
            "recruits k experts for each question, by its skills unless you choose otherwise;"
            " an LLM or a vote makes one answer of their responses",
            recruiter=None,
            writer=None,
        ),
        Method(
            "all-experts",
            "All experts vote",
            "every expert of the pool responds; the majority wins",
            recruiter="everyone",
            writer="majority",
        ),
    )
}


def method_named(name: str) -> Method:
    """Raises MethodError for a name that is not in METHODS."""
    try:
        return METHODS[name]
    except KeyError:
        raise MethodError(f"unknown method {name!r}: choose one of {', '.join(METHODS)}") from None


def recruiter_of(method: Method, chosen: str) -> Recruiter:
    """The recruiter of a run: the method's own, or the chosen one; blank: the default.

    Raises MethodError for one that does not exist or does not fit the method.
    """
    if method.recruiter is not None:
        if chosen not in ("", method.recruiter):
            raise MethodError(
                f"{method.name} always recruits by {method.recruiter}: leave the recruiter out."
            )
        return RECRUITERS[method.recruiter]
    recruiter = recruiter_named(chosen or DEFAULT_RECRUITER)
    if not method.takes(recruiter):
        fitting = ", ".join(name for name, of in RECRUITERS.items() if method.takes(of))
        raise MethodError(
            f"{method.name} gives each question k seats, and {chosen} does not: choose one of"
            f" {fitting}."
        )
    return recruiter

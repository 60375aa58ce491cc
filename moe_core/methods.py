"""The methods that a run can name: who is recruited, how many rounds, who writes the answer.

Declared, not programmed: `moe_core.pipeline` reads these fields. All methods share the pool, the
profile, the prompts, extraction and grading, so that their figures can be compared.
"""

from dataclasses import dataclass

from moe_core.errors import MethodError
from moe_core.recruiters import RECRUITERS, Fills, Recruiter, recruiter_named
from moe_core.stopping import ALL, LOSSLESS, StoppingRule, stopping_rule_named


@dataclass(frozen=True)
class Method:
    """One way from a question to its answer.

    `recruiter` is a name in RECRUITERS, `writer` one in moe_core.aggregation.WRITERS; None: the
    run chooses. Every seat is asked in each of `rounds`, which end early where `until_agreed` and
    all stated answers are one; it reads its own last response there, and the others' if it
    `sees_others`. With `samples` each recruited expert takes k seats.
    """

    name: str
    title: str
    summary: str  # what it does, in a line for people who choose
    recruiter: str | None
    writer: str | None
    samples: bool = False
    rounds: int = 1
    until_agreed: bool = False
    sees_others: bool = False

    @property
    def takes_k(self) -> bool:
        """Whether the run's k has a meaning."""
        recruiter = RECRUITERS.get(self.recruiter or DEFAULT_RECRUITER)
        return self.samples or (recruiter is not None and recruiter.fills is Fills.K)

    @property
    def least_k(self) -> int:
        """Nobody sees others where there is one seat."""
        return 2 if self.sees_others else 1

    @property
    def asks_again(self) -> bool:
        """Whether it asks an expert about one question more than once."""
        return self.samples or self.rounds > 1

    @property
    def certain_rounds(self) -> int:
        """In which every seat is asked for certain: how many a debate will have is not known."""
        return 1 if self.until_agreed else self.rounds

    def takes(self, recruiter: Recruiter) -> bool:
        """Whether a run of this method may choose this recruiter."""
        return self.recruiter is None and recruiter.fills is Fills.K

    def seats(self, recruiter: Recruiter, k: int, experts: int) -> int:
        """Seats of a question, out of a pool of so many experts."""
        recruited = {Fills.K: k, Fills.ONE: 1, Fills.ALL: experts}[recruiter.fills]
        return recruited * k if self.samples else recruited


DEFAULT_RECRUITER = "paper"
REFINEMENTS = 2  # times that self-refine improves its response
DEBATE_ROUNDS = 3  # with the first, in which nobody sees anybody

METHODS: dict[str, Method] = {
    method.name: method
    for method in (
        Method(
            "skill-moe",
            "Skill-MoE (the paper)",
            "k experts for each question, by its skills unless you choose otherwise; an LLM or a"
            " vote makes one answer of their responses.",
            recruiter=None,
            writer=None,
        ),
        Method(
            "single",
            "Single best expert",
            "the expert that is best on the validation set responds once.",
            recruiter="single",
            writer="majority",
        ),
        Method(
            "self-consistency",
            "Self-consistency",
            "the expert that is best on the validation set responds k times; the majority wins.",
            recruiter="single",
            writer="majority",
            samples=True,
        ),
        Method(
            "self-refine",
            "Self-refine",
            "the expert that is best on the validation set responds, then rereads and improves its"
            f" response {REFINEMENTS} times; its last answer counts.",
            recruiter="single",
            writer="majority",
            rounds=1 + REFINEMENTS,
        ),
        Method(
            "mixture-of-agents",
            "Mixture of agents",
            "the k experts that are best on the validation set respond to every question; the LLM"
            " ranked first writes the answer.",
            recruiter="task-top-k",
            writer="llm",
        ),
        Method(
            "debate",
            "Debate",
            "the k experts that are best on the validation set respond, then read each other's"
            f" responses and answer again until they agree, in at most {DEBATE_ROUNDS} rounds; the"
            " majority wins.",
            recruiter="task-top-k",
            writer="majority",
            rounds=DEBATE_ROUNDS,
            until_agreed=True,
            sees_others=True,
        ),
        Method(
            "all-experts",
            "All experts vote",
            "every expert of the pool responds; the majority wins.",
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


def stopping_rule_of(
    method: Method, recruiter: Recruiter, chosen: str, *, votes: bool
) -> StoppingRule:
    """The stopping rule of a run; blank: to stop where a vote writes the answers, which leaves them
    as they are. Who recruits everybody wants to know what everybody says, so there every seat is
    asked unless it is chosen; by the paper's recruiter it always is, as published.

    Raises MethodError for one that does not exist or does not fit.
    """
    takes = method.rounds == 1 and recruiter.name != DEFAULT_RECRUITER
    if not chosen:
        return LOSSLESS if takes and votes and not recruiter.takes_all else ALL
    rule = stopping_rule_named(chosen)
    if rule is ALL or takes:
        return rule
    if method.rounds > 1:
        raise MethodError(
            f"Where the method is “{method.title}”, every seat is asked again in further rounds:"
            " ask every seat."
        )
    raise MethodError(
        "The paper's recruiter is kept as published and asks every seat: choose another recruiter,"
        " or ask every seat."
    )

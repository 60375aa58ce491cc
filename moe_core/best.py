"""What is best for a pool, and whether routing pays there: a few ways to answer, cross-validated on
its profile's own questions (moe_core.crossing)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from moe_core.aggregation import CALIBRATED, MAJORITY, WEIGHTED
from moe_core.comparators.registry import COMPARATORS
from moe_core.crossing import FOLDS, LEAST, Candidate, crossed
from moe_core.errors import RecruitingError
from moe_core.estimates import SINGLE, THREE, Estimate, estimates
from moe_core.evidence import Evidence
from moe_core.pays import LOSS, Answer, answer
from moe_core.stopping import TWO_AHEAD

BETWEEN_TWO = ("routellm",)  # with more seats it would seat both
WORDS = {1: "one", 2: "two", 3: "three", 4: "four", 5: "five"}
MOST_AHEAD = 5  # seats of a question, where they are asked until two agree more than others do


def candidates(k: int, experts: int | None = None) -> tuple[Candidate, ...]:
    """The ways that are tried, where a question may have k seats, in a pool of so many experts.

    What is the same in that pool as another one is left out, and so is what has to be trained.
    """
    many = WORDS.get(k, str(k))
    vote, weighted, calibrated = MAJORITY.name, WEIGHTED.name, CALIBRATED.name
    likeliest, in_domain = "likeliest to be right, by question", "best in the question's domain"
    best = f"the {many} best experts"
    if experts == k:
        best = "both experts" if k == 2 else f"all {many} experts"

    def way(name: str, title: str, recruiter: str, writer: str, seats: int = k) -> Candidate:
        return Candidate(name, title, "skill-moe", recruiter, writer, seats)

    single = Candidate(SINGLE, "the single best expert", "single", "single", vote, 1, routes=False)
    three = replace(way(THREE, f"{best}, for every question", "task-top-k", weighted), routes=False)
    paper = way("paper", f"{many} experts drawn by skill (the paper), with a vote", "paper", vote)
    found = [
        single,
        way("ours-1", f"the one {likeliest}", "ours", calibrated, 1),
        way("ours-2", f"the two {likeliest}", "ours", calibrated, 2),
        way("domain-1", f"the one {in_domain}", "domain-top-k", weighted, 1),
        three,
        paper,
        way("domain", f"the {many} {in_domain}", "domain-top-k", weighted),
        way("ours", f"the {many} {likeliest}", "ours", calibrated),
    ]
    for name, of in COMPARATORS.items():
        if of.trained:
            continue
        seats = 1 if name in BETWEEN_TWO else k
        title = f"{of.title.replace('the k ', f'the {many} ')} ({name})"
        found.append(way(name, title, name, weighted, seats))
    if experts is not None and experts > k > 1:
        most = min(MOST_AHEAD, experts)
        until = f"one by one until an answer is two votes ahead, {WORDS[most]} at most"
        ahead = way("ahead", f"the {likeliest}, {until}", "ours", calibrated, most)
        found.append(replace(ahead, stopping=TWO_AHEAD.name))
    same = {"ours-2"} if k == 2 else set()
    if experts == k:  # everybody is seated, by the same vote as in three
        same |= {of.name for of in found if of.k == k and of.writer == weighted and of != three}
    return (single,) if k == 1 else tuple(of for of in found if of.name not in same)


@dataclass(frozen=True)
class Best:
    """The estimates, the cheapest first; whether routing pays; and two to choose.

    `best`: the way to take by that answer. `cheapest`: the cheapest that these questions do not
    tell from the most accurate, or `best`.
    """

    estimates: tuple[Estimate, ...]
    answer: Answer
    cheapest: Estimate
    questions: int
    folds: int
    loss: float

    @property
    def best(self) -> Estimate:
        return self.answer.best


def best_for(
    evidence: Evidence,
    k: int = 3,
    folds: int = FOLDS,
    loss: float = LOSS,
    costs: Mapping[str, float] | None = None,
    naming: float = 0.0,
) -> Best:
    """Try the candidates on a profile's evidence; seconds for 16 experts and 350 questions.

    `costs`: expert → what a response of it costs, in any unit; by default all cost 1. `naming`:
    what it costs to find a question's skills, for recruiters that read them.
    Ways are judged by the questions that every expert was asked. Raises RecruitingError where
    fewer than LEAST of them have a gold answer.
    """
    evidence = evidence.graded()
    known, experts = len(evidence.asked_of_all), evidence.experts
    if known < max(LEAST, folds):
        raise RecruitingError(
            f"only {known} validation questions have a gold answer and were asked of every"
            f" expert: too few to tell what is best; profile the pool on {LEAST} or more"
        )
    tried = candidates(min(k, len(experts)), len(experts))
    played = crossed(evidence, tried, folds)
    found = estimates(tried, played, experts, costs or dict.fromkeys(experts, 1.0), naming)
    told = answer(found, known, loss)
    untold = next(of for of in found if not of.is_clearly_below)
    cheapest = min(told.best, untold, key=found.index)
    return Best(tuple(found), told, cheapest, known, folds, loss)

"""From k responses to one answer: who may write it, and how ranking decides between them."""

import math
import random
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from scipy.stats import binomtest

from moe_core.errors import MethodError
from moe_core.grading import canonical
from moe_core.profiles import Profile

WRONG_IN_A_TRIAL = 2  # one right and two wrong reasonings (paper, aggregator selection)
SIGNIFICANT = 0.05
OPEN_CHOICES = 10  # an open question is weighed as if it had so many options

# (profile, seats, matched skills, options of the question) → the weight of each seat's vote
Weigher = Callable[[Profile, Sequence[str], Sequence[str], int], list[float]]


def vote(answers: Sequence[str | None], weights: Sequence[float] | None = None) -> str | None:
    """The answer with the most votes, or weight; a tie goes to the earlier seat.

    No answer casts no vote. Without weights each seat counts once.
    """
    total: dict[str, float] = defaultdict(float)
    first: dict[str, str] = {}
    for answer, weight in zip(answers, weights or [1.0] * len(answers), strict=True):
        if answer is not None:
            spelled = canonical(answer)
            total[spelled] += weight
            first.setdefault(spelled, answer)
    return first[max(total, key=total.__getitem__)] if total else None


def one_each(
    profile: Profile, seats: Sequence[str], skills: Sequence[str], options: int
) -> list[float]:
    """Every seat counts the same (the majority vote)."""
    return [1.0] * len(seats)


def log_odds(
    profile: Profile, seats: Sequence[str], skills: Sequence[str], options: int
) -> list[float]:
    """How much each seat's vote says: naive Bayes over experts that err independently.

    An expert that is right with probability p, and otherwise picks any wrong option alike, adds
    log(p / (1 - p)) + log(options - 1) to the log-odds of what it answers; p is the profile's
    shrunk accuracy on the question's skills. Not in the paper, whose aggregator is an LLM.
    """
    spread = math.log(max(options or OPEN_CHOICES, 2) - 1)
    accuracies = (profile.accuracy(seat, skills) for seat in seats)
    return [math.log(p / (1 - p)) + spread for p in accuracies]


@dataclass(frozen=True)
class Writer:
    """Who makes one answer of the responses: an LLM that reads them, a vote, or the one for want
    of the other. `weigh` is None where no vote may write."""

    name: str
    title: str
    asks_llm: bool
    weigh: Weigher | None


LLM = Writer("llm", "the LLM ranked first by trials", True, None)
MAJORITY = Writer("majority", "the majority vote", False, one_each)
WEIGHTED = Writer("weighted", "the weighted vote", False, log_odds)
LLM_OR_VOTE = Writer(
    "llm-or-vote", "the LLM ranked first; the weighted vote where it states nothing", True, log_odds
)
WRITERS: dict[str, Writer] = {w.name: w for w in (LLM, MAJORITY, WEIGHTED, LLM_OR_VOTE)}
VOTES: dict[str, Weigher] = {MAJORITY.name: one_each, WEIGHTED.name: log_odds}


def writer_named(name: str) -> Writer:
    """Raises MethodError for a name that is not in WRITERS."""
    try:
        return WRITERS[name]
    except KeyError:
        raise MethodError(f"unknown writer {name!r}: choose one of {', '.join(WRITERS)}") from None


def trial(right: Sequence[str], wrong: Sequence[str], seed: int | str) -> list[str] | None:
    """One right and two wrong recorded reasonings, shuffled (paper, aggregator selection).

    None where a question has no right or fewer than two wrong ones; the published scripts put
    blank texts there, which measures something else.
    """
    if not right or len(wrong) < WRONG_IN_A_TRIAL:
        return None
    rng = random.Random(seed)
    texts = [rng.choice(list(right)), *rng.sample(list(wrong), WRONG_IN_A_TRIAL)]
    rng.shuffle(texts)
    return texts


@dataclass(frozen=True)
class Decision:
    """Who writes the final answers, and why: the LLM, or the better vote when `expert` is None."""

    expert: str | None
    vote: str
    reason: str


def rank(trials: Mapping[str, Sequence[bool]], written: Mapping[str, Sequence[bool]]) -> list[str]:
    """LLMs from best to worst by their trials (paper); what they wrote, then the name, break ties.

    A pool of two experts has no trials, because none has two wrong responses.
    """
    return sorted(trials, key=lambda e: (-_share(trials[e]), -_share(written[e]), e))


def decide(
    trials: Mapping[str, Sequence[bool]],
    written: Mapping[str, Sequence[bool]],
    voted: Mapping[str, Sequence[bool]],
) -> Decision:
    """Rank LLMs by trials, then let the best one or the better vote write the answers.

    `trials` is LLM → right or wrong per trial. `written` (LLM → …) and `voted` (vote → …) are
    right or wrong per validation question, with seats recruited from profiles that leave the
    question out. The paper always lets the LLM write; ours departs from it only on evidence: the
    better vote (of equals the first) takes over when an exact McNemar test says so.
    """
    vote = max(voted, key=lambda name: _share(voted[name])) if voted else MAJORITY.name
    if not trials:
        return Decision(None, vote, f"No aggregator was tried: {WRITERS[vote].title} writes.")
    best = rank(trials, written)[0]
    pairs = list(zip(written[best], voted.get(vote, ()), strict=True))
    lost = sum(by_vote and not by_llm for by_llm, by_vote in pairs)
    gained = sum(by_llm and not by_vote for by_llm, by_vote in pairs)
    p = binomtest(lost, lost + gained, alternative="greater").pvalue if lost + gained else 1.0
    tried = (
        f"{best} is right in {_share(trials[best]):.0%} of {len(trials[best])} trials"
        if trials[best]
        else f"{best} is ranked first without trials (no question had two wrong responses)"
    )
    shares = ", ".join(f"{WRITERS[name].title} {_share(of):.1%}" for name, of in voted.items())
    figures = (
        f"{tried}; on {len(pairs)} validation questions it writes {_share(written[best]):.1%}"
        f" right, {shares} (against {WRITERS[vote].title} it loses {lost}, gains {gained}; {_p(p)})"
    )
    if p < SIGNIFICANT:
        return Decision(None, vote, f"{figures}: {WRITERS[vote].title} writes the answers.")
    return Decision(best, vote, f"{figures}: {best} writes the answers.")


def _p(p: float) -> str:
    return f"p = {p:.3f}" if p >= 0.001 else "p < 0.001"


def _share(outcomes: Sequence[bool]) -> float:
    return sum(outcomes) / len(outcomes) if outcomes else 0.0

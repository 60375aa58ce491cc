"""From k responses to one answer: who may write it, and how ranking decides between them."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from moe_core.calibrated import calibrated
from moe_core.errors import MethodError
from moe_core.joint import joint
from moe_core.paired import LEAST_TOLD, SIGNIFICANT, mcnemar, p_value
from moe_core.votes import Weigher, log_odds, one_each

WRONG_IN_A_TRIAL = 2  # one right and two wrong reasonings (paper, aggregator selection)


@dataclass(frozen=True)
class Writer:
    """Who makes one answer of the responses: an LLM that reads them, a vote, or the one for want
    of the other. `weigh` is None where no vote may write. `summary` is what it does, in a line for
    people who choose. `reads_looks`: whether it may count what answers look like."""

    name: str
    title: str
    summary: str
    asks_llm: bool
    weigh: Weigher | None
    reads_evidence: bool = False  # the profile's, and the question's vector
    reads_looks: bool = False

    @property
    def has_stand_in(self) -> bool:
        """Whether a vote writes where the LLM states nothing."""
        return self.asks_llm and self.weigh is not None


LLM = Writer(
    "llm",
    "the LLM ranked first by trials",
    "reads the responses and writes an answer.",
    asks_llm=True,
    weigh=None,
)
MAJORITY = Writer(
    "majority",
    "the majority vote",
    "the answer that most responses state; of equals, that of the earlier seat.",
    asks_llm=False,
    weigh=one_each,
)
WEIGHTED = Writer(
    "weighted",
    "the weighted vote",
    "each response counts by how often its expert is right on the question's skills.",
    asks_llm=False,
    weigh=log_odds,
)
CALIBRATED = Writer(
    "calibrated",
    "the calibrated vote",
    "each response counts by how likely its expert is right on this question, by its tone and,"
    " where looks count, by whether its answer looks like right ones did in validation.",
    asks_llm=False,
    weigh=calibrated,
    reads_evidence=True,
    reads_looks=True,
)
JOINT = Writer(
    "joint",
    "the joint vote",
    "each response counts by how often its expert is right on the question's skills, and for less"
    " where the experts beside it say the same anyway: for many seats.",
    asks_llm=False,
    weigh=joint,
    reads_evidence=True,
)
LLM_OR_VOTE = Writer(
    "llm-or-vote",
    "the LLM ranked first; the weighted vote where it states nothing",
    "reads the responses and writes an answer; where that states none, the weighted vote counts.",
    asks_llm=True,
    weigh=log_odds,
)
WRITERS: dict[str, Writer] = {
    w.name: w for w in (LLM, MAJORITY, WEIGHTED, CALIBRATED, JOINT, LLM_OR_VOTE)
}
# Between which ranking the aggregators decides.
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
    p = mcnemar(lost, gained, "greater")
    tried = (
        f"{best} is right in {_percent(trials[best])} of {len(trials[best])} trials"
        if trials[best]
        else f"{best} is ranked first without trials (no question had two wrong responses)"
    )
    shares = ", ".join(f"{WRITERS[name].title} {_percent(of)}" for name, of in voted.items())
    figures = (
        f"{tried}; on {len(pairs)} validation questions it writes {_percent(written[best])}"
        f" right, {shares} (against {WRITERS[vote].title} it loses {lost}, gains {gained}; {_p(p)})"
    )
    if p < SIGNIFICANT:
        return Decision(None, vote, f"{figures}: {WRITERS[vote].title} writes the answers.")
    return Decision(best, vote, f"{figures}: {best} writes the answers.")


def _p(p: float) -> str:
    return f"p = {p_value(p)}" if p >= LEAST_TOLD else f"p {p_value(p)}"


def _percent(outcomes: Sequence[bool]) -> str:
    return f"{100 * _share(outcomes):.1f} %"


def _share(outcomes: Sequence[bool]) -> float:
    return sum(outcomes) / len(outcomes) if outcomes else 0.0

"""From k responses to one answer: the vote, and the trials that rank LLMs as aggregators."""

import random
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from scipy.stats import binomtest

from moe_core.grading import canonical

WRONG_IN_A_TRIAL = 2  # one right and two wrong reasonings (paper, aggregator selection)
SIGNIFICANT = 0.05


def vote(answers: Sequence[str | None]) -> str | None:
    """The answer most seats gave; a tie goes to the earlier seat. No answer casts no vote."""
    given = [answer for answer in answers if answer is not None]
    if not given:
        return None
    votes = Counter(canonical(answer) for answer in given)
    return max(given, key=lambda answer: votes[canonical(answer)])


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
    """Who writes the final answers: the LLM, or the vote when `expert` is None, and why."""

    expert: str | None
    reason: str


def rank(trials: Mapping[str, Sequence[bool]], written: Mapping[str, Sequence[bool]]) -> list[str]:
    """LLMs from best to worst by their trials (paper); what they wrote, then the name, break ties.

    A pool of two experts has no trials, because none has two wrong responses.
    """
    return sorted(trials, key=lambda e: (-_share(trials[e]), -_share(written[e]), e))


def decide(
    trials: Mapping[str, Sequence[bool]],
    written: Mapping[str, Sequence[bool]],
    voted: Sequence[bool],
) -> Decision:
    """Rank LLMs by trials, then let the best one or the vote write the answers.

    `trials` is LLM → right or wrong per trial. `written` (LLM → …) and `voted` are right or
    wrong per validation question, with seats recruited from profiles that leave the question
    out. The paper always lets the LLM write; ours departs from it only on evidence: the vote
    takes over when an exact McNemar test says that it is better.
    """
    if not trials:
        return Decision(None, "No aggregator was tried: the vote writes the answers.")
    best = rank(trials, written)[0]
    pairs = list(zip(written[best], voted, strict=True))
    lost = sum(by_vote and not by_llm for by_llm, by_vote in pairs)
    gained = sum(by_llm and not by_vote for by_llm, by_vote in pairs)
    p = binomtest(lost, lost + gained, alternative="greater").pvalue if lost + gained else 1.0
    tried = (
        f"{best} is right in {_share(trials[best]):.0%} of {len(trials[best])} trials"
        if trials[best]
        else f"{best} is ranked first without trials (no question had two wrong responses)"
    )
    figures = (
        f"{tried}; on {len(pairs)} validation questions it writes {_share(written[best]):.1%}"
        f" right, the vote {_share(voted):.1%} (it loses {lost}, gains {gained}; {_p(p)})"
    )
    if p < SIGNIFICANT:
        return Decision(None, f"{figures}: the vote writes the answers.")
    return Decision(best, f"{figures}: {best} writes the answers.")


def _p(p: float) -> str:
    return f"p = {p:.3f}" if p >= 0.001 else "p < 0.001"


def _share(outcomes: Sequence[bool]) -> float:
    return sum(outcomes) / len(outcomes) if outcomes else 0.0

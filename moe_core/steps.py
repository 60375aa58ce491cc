"""What a run fixes for its questions, what is known of one, and the step that follows."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from moe_core.extraction import extract, final_text
from moe_core.methods import Method
from moe_core.recruitment import Asked, Recruitment
from moe_core.skills import Match, infer_skills
from moe_core.thinking import END_OF_THINKING
from moe_core.values import Question, Request, Stage, Verdict
from moe_core.votes import Ballot
from moe_core.wordings import PLAIN, Wording

Rounds = Sequence[Sequence[str | None]]  # round → seat → response, or the answer that it states


@dataclass(frozen=True)
class Plan:
    """What a run fixes for all its questions.

    Without an annotator skills are known from elsewhere, or not needed. Without an aggregator the
    vote writes; with both, the vote writes where the aggregator states nothing.
    """

    method: Method
    annotator: str | None
    aggregator: str | None
    recruit: Callable[[Asked], Recruitment]
    match: Callable[[Sequence[str]], list[Match]]
    weigh: Callable[[Ballot], Sequence[float]] | None  # → the weight of each seat's vote
    samples: int = 1  # seats of each recruited expert
    # (ballot, seats left) → how many of them to ask next (moe_core.stopping); None: all
    need: Callable[[Ballot, Sequence[int]], int] | None = None
    order: Sequence[str] = ()  # in which experts are asked, where not all are at once
    looks: bool = True  # whether what answers look like may count in the vote
    end_of_thinking: Mapping[str, str] = field(default_factory=dict)  # per expert, if unusual
    wording: Wording = PLAIN
    infer: Callable[[Sequence[str]], list[str]] = infer_skills  # from a question's annotations

    def shown(self, expert: str, response: str) -> str | None:
        """A response as others see it: without the thinking; None where nothing is left."""
        marker = self.end_of_thinking.get(expert, END_OF_THINKING)
        return final_text(response, marker).strip() or None

    def extract(self, expert: str, response: str, question: Question) -> str | None:
        """The answer that an expert's response states."""
        marker = self.end_of_thinking.get(expert, END_OF_THINKING)
        return extract(response, question.options, marker)


@dataclass(frozen=True)
class Known:
    """One question of a run and what its generations gave so far (None: failed)."""

    question: Question
    stage: Stage | None = None  # None: nothing was asked yet
    annotations: Sequence[str | None] = ()
    seats: Sequence[str] = ()  # all that were recruited
    rounds: Rounds = ()  # of responses; one, unless the method has more
    aggregation: str | None = None
    inferred: Sequence[str] = ()  # skills, where no LLM annotates
    matched: Sequence[str] = ()  # skills of the profile
    vector: NDArray[np.float32] | None = None  # (d,), the question's embedding, where it is read
    # What grading has read already, or None: it is to be extracted. `stated` is what the responses
    # state, each in the spelling of its camp (moe_core.camps); `written`, the aggregation.
    stated: Rounds | None = None
    written: str | None = None
    verdicts: Mapping[str, Verdict] = field(default_factory=dict)  # of what is stated and written
    left: Sequence[int] = ()  # seats that were not asked, in the order in which they would be
    there: Collection[int] = ()  # seats whose responses are there, of a question that begins anew


@dataclass(frozen=True)
class Step:
    """What comes next: requests to generate, or, when there are none, the answer."""

    stage: Stage | None
    requests: Sequence[Request] = ()
    matches: Sequence[Match] = ()
    recruitment: Recruitment | None = None
    left: Sequence[tuple[int, str]] = ()  # (seat, expert) that are not asked yet, in order
    answer: str | None = None
    verdict: Verdict | None = None

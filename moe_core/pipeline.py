"""The method on one screen: from what is known of a question to what is needed next.

    infer skills → match + recruit → respond k times → aggregate → grade

Pure functions without I/O: the caller keeps what is known, has the requests generated, and
comes back. Paper, section 3.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from moe_core import aggregation
from moe_core.extraction import END_OF_THINKING, extract, final_text
from moe_core.grading import grade
from moe_core.methods import Method
from moe_core.recruiting import Recruitment
from moe_core.skills import ANNOTATIONS, Match, infer_skills
from moe_core.values import Purpose, Question, Request, Stage, Verdict
from moe_core.wordings import PLAIN, Wording


@dataclass(frozen=True)
class Plan:
    """What a run fixes for all its questions.

    Without an annotator skills are known from elsewhere; without an aggregator the vote writes.
    """

    method: Method
    annotator: str | None
    aggregator: str | None
    recruit: Callable[[Sequence[str]], Recruitment]
    match: Callable[[Sequence[str]], list[Match]]
    # (seats, matched skills, number of options) → the weight of each seat's vote
    weigh: Callable[[Sequence[str], Sequence[str], int], Sequence[float]]
    end_of_thinking: Mapping[str, str] = field(default_factory=dict)  # per expert, if unusual
    wording: Wording = PLAIN
    infer: Callable[[Sequence[str]], list[str]] = infer_skills  # from a question's annotations

    def shown(self, expert: str, response: str) -> str:
        """A response as the aggregator sees it: without the thinking."""
        return final_text(response, self.end_of_thinking.get(expert, END_OF_THINKING)).strip()

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
    seats: Sequence[str] = ()
    responses: Sequence[str | None] = ()
    aggregation: str | None = None
    inferred: Sequence[str] = ()  # skills, where no LLM annotates
    matched: Sequence[str] = ()  # skills of the profile
    stated: Sequence[str | None] | None = None  # by the responses; None: to be extracted


@dataclass(frozen=True)
class Step:
    """What comes next: requests to generate, or, when there are none, the answer."""

    stage: Stage | None
    requests: Sequence[Request] = ()
    matches: Sequence[Match] = ()
    recruitment: Recruitment | None = None
    answer: str | None = None
    verdict: Verdict | None = None


def advance(known: Known, plan: Plan) -> Step:
    """The next step of one question; call it when the stage's requests are all generated."""
    match known.stage:
        case None if plan.method.annotates and plan.annotator:
            requests = annotation_requests(known.question, plan.annotator, plan.wording)
            return Step(Stage.INFER, requests)
        case None:
            return _recruit(known.question, plan.match(known.inferred), plan)
        case Stage.INFER:
            skills = plan.infer([text for text in known.annotations if text is not None])
            return _recruit(known.question, plan.match(skills), plan)
        case Stage.RESPOND if plan.method.aggregates and plan.aggregator:
            return _aggregate(known, plan, plan.aggregator)
        case Stage.RESPOND:
            return _finish(known.question, vote(known, plan))
        case Stage.AGGREGATE:
            return _finish(known.question, _written(known, plan))


def annotation_requests(
    question: Question, annotator: str, wording: Wording = PLAIN
) -> list[Request]:
    """Five annotations of one question (paper: Qwen2.5-7B-Instruct at temperature 0.7)."""
    prompt = wording.annotate(question.text, question.options)
    return [
        Request(Purpose.ANNOTATE, Stage.INFER, annotator, number, prompt)
        for number in range(ANNOTATIONS)
    ]


def response_requests(
    question: Question,
    seats: Sequence[str],
    purpose: Purpose = Purpose.RESPOND,
    wording: Wording = PLAIN,
) -> list[Request]:
    """One chain of thought per seat; profiling asks every expert in the same words."""
    prompt = wording.respond(question.text, question.options)
    return [
        Request(purpose, Stage.RESPOND, expert, number, prompt)
        for number, expert in enumerate(seats)
    ]


def vote(known: Known, plan: Plan) -> str | None:
    """The answer that the responses give, weighed as the plan says."""
    stated = known.stated
    if stated is None:
        stated = [
            None if response is None else plan.extract(expert, response, known.question)
            for expert, response in zip(known.seats, known.responses, strict=True)
        ]
    weights = plan.weigh(known.seats, known.matched, len(known.question.options))
    return aggregation.vote(stated, weights)


def _recruit(question: Question, matches: Sequence[Match], plan: Plan) -> Step:
    recruitment = plan.recruit([match.profiled for match in matches])
    requests = response_requests(question, recruitment.seats, wording=plan.wording)
    return Step(Stage.RESPOND, requests, matches, recruitment)


def _aggregate(known: Known, plan: Plan, aggregator: str) -> Step:
    shown = [
        plan.shown(expert, response)
        for expert, response in zip(known.seats, known.responses, strict=True)
        if response is not None
    ]
    if not shown:  # every seat failed: there is nothing to read
        return _finish(known.question, None)
    prompt = plan.wording.aggregate(known.question.text, shown, known.question.options)
    request = Request(Purpose.AGGREGATE, Stage.AGGREGATE, aggregator, 0, prompt)
    return Step(Stage.AGGREGATE, [request])


def _written(known: Known, plan: Plan) -> str | None:
    if known.aggregation is None or plan.aggregator is None:
        return None
    return plan.extract(plan.aggregator, known.aggregation, known.question)


def _finish(question: Question, answer: str | None) -> Step:
    return Step(None, answer=answer, verdict=grade(question, answer))

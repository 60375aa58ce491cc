"""The method on one screen: from what is known of a question to what is needed next.

    infer skills → match + recruit → respond k times → aggregate → grade

Pure functions without I/O: the caller keeps what is known, has the requests generated, and
comes back. Paper, section 3. Other methods skip the skills, have the seats respond again in
further rounds, or ask no more seats than the vote needs.
"""

from collections.abc import Collection, Sequence
from dataclasses import replace

from moe_core import rounds, votes
from moe_core.grading import grade
from moe_core.recruitment import Asked
from moe_core.skills import ANNOTATIONS, Match
from moe_core.steps import Known, Plan, Step
from moe_core.stopping import in_order
from moe_core.values import Purpose, Question, Request, Stage
from moe_core.votes import Ballot
from moe_core.wordings import PLAIN, Wording

__all__ = ["Known", "Plan", "Step", "advance", "annotation_requests", "response_requests", "vote"]


def advance(known: Known, plan: Plan) -> Step:
    """The next step of one question; call it when the stage's requests are all generated."""
    match known.stage:
        case None if plan.annotator:
            requests = annotation_requests(known.question, plan.annotator, plan.wording)
            return Step(Stage.INFER, requests)
        case None:
            return _recruit(known, plan.match(known.inferred), plan)
        case Stage.INFER:
            skills = plan.infer([text for text in known.annotations if text is not None])
            return _recruit(known, plan.match(skills), plan)
        case Stage.RESPOND if seats := _next_seats(known, plan):
            return _ask(known, plan, seats)
        case Stage.RESPOND if rounds.goes_on(known, plan):
            return Step(Stage.RESPOND, rounds.requests(known, plan))
        case Stage.RESPOND if plan.aggregator:
            return _aggregate(known, plan, plan.aggregator)
        case Stage.RESPOND:
            return _finish(known, vote(known, plan))
        case Stage.AGGREGATE:
            written = _written(known, plan)
            return _finish(known, vote(known, plan) if written is None else written)


def annotation_requests(
    question: Question, annotator: str, wording: Wording = PLAIN
) -> list[Request]:
    """Five annotations of one question (paper: Qwen2.5-7B-Instruct at temperature 0.7)."""
    prompt = wording.annotate(question.text, question.options)
    return [
        Request(Purpose.ANNOTATE, Purpose.ANNOTATE.stage, annotator, number, prompt)
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
        Request(purpose, purpose.stage, expert, number, prompt)
        for number, expert in enumerate(seats)
    ]


def vote(known: Known, plan: Plan) -> str | None:
    """The answer that the responses give, weighed as the plan says; None where no vote writes."""
    if plan.weigh is None:
        return None
    ballot = _ballot(known, plan)
    return votes.vote(ballot.stated, plan.weigh(ballot))


def _ballot(known: Known, plan: Plan) -> Ballot:
    """Of all seats: those left have stated nothing."""
    stated, shown = rounds.stated(known, plan), rounds.shown(known, plan)
    return Ballot(
        known.question,
        known.seats,
        stated,
        shown,
        known.matched,
        vector=known.vector,
        looks=plan.looks,
    )


def _recruit(known: Known, matches: Sequence[Match], plan: Plan) -> Step:
    skills = [match.profiled for match in matches]
    question = known.question
    recruitment = plan.recruit(
        Asked(skills, known.vector, len(question.options), question.category)
    )
    seats = recruitment.seats * plan.samples
    left = in_order(seats, plan.order)
    nothing = [[None] * len(seats)]
    known = replace(known, seats=seats, matched=skills, left=left, rounds=nothing)
    step = _ask(known, plan, {*known.there, *_next_seats(known, plan)})
    return replace(step, matches=matches, recruitment=recruitment)


def _next_seats(known: Known, plan: Plan) -> Sequence[int]:
    """Those of the seats left that are asked now; none where they need not be."""
    if plan.need is None or not known.left:
        return known.left
    return known.left[: plan.need(_ballot(known, plan), known.left)]


def _ask(known: Known, plan: Plan, seats: Collection[int]) -> Step:
    requests = response_requests(known.question, known.seats, wording=plan.wording)
    return Step(
        Stage.RESPOND,
        [request for request in requests if request.number in seats],
        left=[(seat, known.seats[seat]) for seat in known.left if seat not in seats],
    )


def _aggregate(known: Known, plan: Plan, aggregator: str) -> Step:
    shown = [response for response in rounds.shown(known, plan) if response is not None]
    if not shown:  # every seat failed: there is nothing to read
        return _finish(known, None)
    prompt = plan.wording.aggregate(known.question.text, shown, known.question.options)
    request = Request(Purpose.AGGREGATE, Purpose.AGGREGATE.stage, aggregator, 0, prompt)
    return Step(Stage.AGGREGATE, [request])


def _written(known: Known, plan: Plan) -> str | None:
    if known.stated is not None:
        return known.written
    if known.aggregation is None or plan.aggregator is None:
        return None
    return plan.extract(plan.aggregator, known.aggregation, known.question)


def _finish(known: Known, answer: str | None) -> Step:
    """Every answer is one that somebody stated: where grading has read it, its verdict is known."""
    verdict = known.verdicts.get(answer) if answer is not None else None
    return Step(None, answer=answer, verdict=verdict or grade(known.question, answer))

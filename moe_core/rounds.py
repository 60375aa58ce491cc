"""Rounds after the first: experts read what was written, and answer the question again.

Every round asks every seat. A seat stands by its last response, and by its last answer: a
generation that failed, or that states nothing, takes nothing back.
"""

from collections.abc import Sequence

from moe_core.grading import canonical
from moe_core.steps import Known, Plan, Rounds
from moe_core.values import Purpose, Question, Request


def latest(rounds: Rounds) -> list[str | None]:
    """Per seat, the last entry that is there."""
    return [
        next((entry for entry in reversed(of_seat) if entry is not None), None)
        for of_seat in zip(*rounds, strict=True)
    ]


def agree(answers: Sequence[str | None]) -> bool:
    """Whether all that is stated is one answer; not where nothing is stated."""
    return len({canonical(answer) for answer in answers if answer is not None}) == 1


def stated(known: Known, plan: Plan) -> list[str | None]:
    """Per seat, the answer that it stands by, in the spelling of its camp where that is known."""
    if known.stated is not None:
        return latest(known.stated)
    return latest(
        [
            [
                None if response is None else plan.extract(expert, response, known.question)
                for expert, response in zip(known.seats, responses, strict=True)
            ]
            for responses in known.rounds
        ]
    )


def shown(known: Known, plan: Plan) -> list[str | None]:
    """Per seat, its last response as others see it; None: there is nothing to be seen.

    Thinking that was cut off is no response: an aggregator would take it for one.
    """
    return [
        None if response is None else plan.shown(expert, response)
        for expert, response in zip(known.seats, latest(known.rounds), strict=True)
    ]


def goes_on(known: Known, plan: Plan) -> bool:
    """Whether the seats are to be asked again; not where there is nothing that they could read."""
    method = plan.method
    if len(known.rounds) >= method.rounds or not any(shown(known, plan)):
        return False
    return not (method.until_agreed and agree(stated(known, plan)))


def requests(known: Known, plan: Plan) -> list[Request]:
    """The next round: each seat reads its own last response, or the others' as well."""
    texts, number = shown(known, plan), len(known.rounds)
    return [
        Request(
            Purpose.RESPOND,
            Purpose.RESPOND.stage,
            expert,
            seat,
            _prompt(known.question, texts, seat, plan),
            number,
        )
        for seat, expert in enumerate(known.seats)
    ]


def _prompt(question: Question, responses: Sequence[str | None], seat: int, plan: Plan) -> str:
    own = responses[seat]
    others = [
        text
        for place, text in enumerate(responses)
        if plan.method.sees_others and place != seat and text is not None
    ]
    if others:
        return plan.wording.debate(question.text, own, others, question.options)
    if own is not None:
        return plan.wording.refine(question.text, own, question.options)
    return plan.wording.respond(question.text, question.options)

"""What happened in a run, and what came out of it."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any

from ninja import Path, Query, Router
from pydantic import BaseModel, Field

from moe_core.values import Purpose, Verdict
from webapp.api.auth import ApiRequest, Caller
from webapp.api.fields import IdText, OneOf, Page, Paging, WholeText, answers, rows_of
from webapp.api.lookups import run_of
from webapp.experts.told import told
from webapp.progress import words
from webapp.reviews.reading import waiting_blind
from webapp.runs.models import Answer, Event, Generation, Run
from webapp.runs.seats import final_responses, names_of_unasked, unasked_seats, why_unasked

router = Router(tags=["Runs"])

GivenVerdict = Annotated[str, OneOf(verdict.value for verdict in Verdict)]


class Happened(BaseModel):
    seq: int = Field(description="Counts the run's events from 1, without gaps.")
    kind: str
    created: datetime
    text: str = Field(description="The event in words.")
    payload: dict[str, Any]


class Happenings(BaseModel):
    items: list[Happened] = Field(description="The oldest first, a few hundred at most.")
    next: int = Field(description="The `after` that asks for what comes later.")


class Later(BaseModel):
    after: WholeText = Field(default=0, description="The `seq` of the last event that is known.")


class SkillMatch(BaseModel):
    skill: str = Field(description="That the question needs.")
    profiled: str = Field(description="The most similar one of the profile.")
    similarity: float = Field(description="Their cosine.")


class Seat(BaseModel):
    expert: int
    name: str
    stated: str | None = Field(description="The answer in its response; null: none.")
    same_as: str | None = Field(
        description="How an earlier response to the question spells the same; null: none is known."
    )
    rule: str = Field(
        description="The rule that read it, or why none counts; empty where none found an answer,"
        " and where it was read before rules were kept: grading again fills it in."
    )
    verdict: GivenVerdict | None
    problem: str | None = Field(description="Why there is no response; null where there is one.")
    not_asked: str | None = Field(
        description="Why the expert was recruited and not asked, or not yet; null: it was."
    )
    finish_reason: str = Field(
        description="Why its response ended: `stop`, `length` where it was cut off at a limit, or"
        " what its server says. Empty where that is not known."
    )


class Result(BaseModel):
    """One question of a run."""

    question_id: str = Field(description="The id that the file gives it.")
    row: int = Field(description="Its place in the file.")
    answer: str | None = Field(description="Null: none, or none yet.")
    verdict: GivenVerdict | None = Field(description="Null: the question is not done.")
    gold: str | None = Field(
        description="In the version that the run is graded by. Null: unknown, and the question is"
        " ungraded."
    )
    as_spelled: bool = Field(
        description="Some answers to it were too costly to compare, and count as spelled."
    )
    skills: list[SkillMatch]
    unmatched: bool = Field(description="No skill could tell the experts apart.")
    seats: list[Seat] = Field(
        description="Of several rounds each stands by its last answer, or its last response."
    )
    contributions: dict[str, dict[str, float]] = Field(
        description="Expert → what spoke for it → how much; empty for most recruiters."
    )


@router.get(
    "/runs/{run}/events", response=answers(200, Happenings, 404), summary="Get a run's events"
)
def get_run_events(request: ApiRequest, run: Path[IdText], later: Query[Later]) -> Happenings:
    """Ask again with `after` = `next`; no items mean that nothing has happened since."""
    found = run_of(request.auth.team, run)
    happened = words.happenings(found, later.after)
    seqs = [event.seq for event in happened]
    payloads = dict(Event.objects.filter(run=found, seq__in=seqs).values_list("seq", "payload"))
    items = [
        Happened(
            seq=event.seq,
            kind=event.kind,
            created=event.created,
            text=told(event.text, request.auth.may.own),
            payload=_payload(payloads[event.seq], request.auth),
        )
        for event in happened
    ]
    return Happenings(items=items, next=seqs[-1] if seqs else later.after)


def _payload(payload: dict[str, Any], caller: Caller) -> dict[str, Any]:
    if "problem" not in payload:
        return payload
    return payload | {"problem": told(payload["problem"], caller.may.own)}


@router.get(
    "/runs/{run}/results", response=answers(200, Page[Result], 404), summary="Get a run's results"
)
def get_run_results(request: ApiRequest, run: Path[IdText], paging: Query[Paging]) -> Page[Result]:
    """Question by question: the answer, and who was recruited for it."""
    found = run_of(request.auth.team, run)
    questions = Answer.objects.filter(run=found).select_related("question")
    slim = questions.defer("probabilities", "question__text", "question__options")
    rows, following = rows_of(slim, paging)
    found.give_golds(row.question for row in rows)
    seats = _seats(found, rows, request.auth)
    hidden = waiting_blind(rows, request.auth.user)
    items = [_result(row, seats.get(row.pk, []), row.pk in hidden) for row in rows]
    return Page(items=items, next=following)


COPIED = ("expert", "stated", "same_as", "rule", "verdict", "finish_reason")


def _seats(run: Run, rows: Sequence[Answer], caller: Caller) -> dict[int, list[Seat]]:
    """Per answer, by number; those of a profile are its experts, each of which answers them all.

    Of several rounds, that by which the seat stands.
    """
    responses = Generation.objects.filter(
        answer__in=[row.pk for row in rows],
        purpose__in=(Purpose.RESPOND.value, Purpose.PROFILE.value),
    )
    final = final_responses(responses).values(
        "answer", "number", "status", "problem", "expert__name", *COPIED
    )
    seats: dict[int, dict[int, Seat]] = defaultdict(dict)
    for row in final:
        failed = row["status"] == Generation.Status.FAILED
        seats[row["answer"]][row["number"]] = Seat(
            name=row["expert__name"],
            problem=told(row["problem"], caller.may.own) if failed else None,
            not_asked=None,
            **{name: row[name] for name in COPIED} | {"verdict": row["verdict"] or None},
        )
    names = names_of_unasked(rows)
    for answer in rows:
        why = why_unasked(run, answer)
        for number, expert in unasked_seats(answer):
            seats[answer.pk][number] = _unasked(expert, names[expert], why)
    return {answer: [of[number] for number in sorted(of)] for answer, of in seats.items()}


def _unasked(expert: int, name: str, why: str) -> Seat:
    nothing: dict[str, Any] = {"stated": None, "same_as": None, "verdict": None, "problem": None}
    return Seat(expert=expert, name=name, rule="", finish_reason="", not_asked=why, **nothing)


def _result(row: Answer, seats: list[Seat], is_hidden: bool) -> Result:
    """Hidden: what the token's person is to review blind first tells no gold, verdict or seats."""
    return Result(
        question_id=row.question.key,
        row=row.question.row,
        answer=row.text,
        verdict=None if is_hidden else row.verdict or None,
        gold=None if is_hidden else row.question.gold or None,
        as_spelled=row.comparison == Answer.Comparison.COSTLY,
        skills=[
            SkillMatch(skill=skill, profiled=profiled, similarity=cosine)
            for skill, profiled, cosine in row.skills
        ],
        unmatched=row.uniform,
        seats=[] if is_hidden else seats,
        contributions={} if is_hidden else row.contributions,
    )

"""Questions with their gold answers, and corrections of those."""

from datetime import datetime
from typing import Annotated

from ninja import Path, Query, Router, Status
from pydantic import BaseModel, Field

from webapp.api.auth import ApiRequest
from webapp.api.errors import wrong_field
from webapp.api.fields import (
    ANY_TEXT,
    TEXT,
    Given,
    Id,
    IdText,
    Page,
    Paging,
    WholeText,
    answers,
    rows_of,
)
from webapp.api.lookups import question_set_of
from webapp.execution.golds import again
from webapp.questions.golds import (
    LONGEST,
    MOST,
    MOST_ALTERNATIVES,
    Correction,
    Gold,
    correct,
    give_golds,
    undo,
)
from webapp.questions.models import LONGEST_REASON, GoldCorrection, Question, QuestionSet

router = Router(tags=["Gold answers"])

NO_GOLD = "A letter with options; empty: none, and the question is not graded."


class Version(Paging):
    version: WholeText = Field(default=0, description="Of the gold answers; 0: the newest.")


class QuestionDetails(BaseModel):
    id: str = Field(description="The id that the file gives it.")
    row: int
    question: str
    options: list[str]
    answer: str = Field(description=f"The gold answer. {NO_GOLD}")
    alternatives: list[str] = Field(description="What is as right as the gold answer.")
    category: str
    gold_version: int = Field(description="In which its newest gold answer came; 1: the file's.")


class CorrectionGiven(Given):
    question_id: str = Field(max_length=200, pattern=ANY_TEXT)
    gold: str = Field(max_length=LONGEST, pattern=ANY_TEXT, description=NO_GOLD)
    alternatives: list[Annotated[str, Field(max_length=LONGEST, pattern=ANY_TEXT)]] = Field(
        default=[], max_length=MOST_ALTERNATIVES - 1, description="What is as right."
    )
    reason: str = Field(max_length=LONGEST_REASON, pattern=TEXT)


class CorrectionsGiven(Given):
    corrections: list[CorrectionGiven] = Field(min_length=1, max_length=MOST)


class CorrectionDetails(BaseModel):
    version: int = Field(description="That it made.")
    undoes: int | None = Field(description="The version that was undone by it.")
    question_id: str
    row: int
    old_gold: str
    old_alternatives: list[str]
    gold: str
    alternatives: list[str]
    reason: str
    person: str | None
    created: datetime


class MadeVersion(BaseModel):
    version: int
    runs: int = Field(description="That are graded by earlier ones, and can be graded again.")


class VersionGiven(Given):
    version: Id


class GradedAgain(BaseModel):
    runs: int = Field(description="That are graded again, one after the other.")


@router.get(
    "/question-sets/{question_set}/questions",
    response=answers(200, Page[QuestionDetails], 404),
    summary="List the questions of a set",
)
def list_questions(
    request: ApiRequest, question_set: Path[IdText], wanted: Query[Version]
) -> Page[QuestionDetails]:
    """In the order of the file, with the newest gold answers or those of a version."""
    found = question_set_of(request.auth.team, question_set)
    rows, following = rows_of(found.questions.all(), wanted)
    give_golds(rows, wanted.version or found.version)
    return Page(items=[_question(row) for row in rows], next=following)


@router.get(
    "/question-sets/{question_set}/corrections",
    response=answers(200, Page[CorrectionDetails], 404),
    summary="List corrected gold answers",
)
def list_corrections(
    request: ApiRequest, question_set: Path[IdText], paging: Query[Paging]
) -> Page[CorrectionDetails]:
    """The newest first."""
    found = question_set_of(request.auth.team, question_set)
    rows, following = rows_of(
        GoldCorrection.objects.filter(version__question_set=found)
        .select_related("version__person", "version__undoes", "question")
        .defer("question__text"),
        paging,
        newest_first=True,
    )
    return Page(items=[_correction(row) for row in rows], next=following)


@router.post(
    "/question-sets/{question_set}/corrections",
    response=answers(201, MadeVersion, 400, 404, 413),
    summary="Correct gold answers",
)
def correct_golds(
    request: ApiRequest, question_set: Path[IdText], given: CorrectionsGiven
) -> Status[MadeVersion]:
    """Together they make one new version of the set, or none of them is stored. Runs keep the
    version that they are graded by until they are graded again."""
    found = question_set_of(request.auth.team, question_set)
    keys = dict(
        found.questions.filter(key__in=[one.question_id for one in given.corrections]).values_list(
            "key", "pk"
        )
    )
    corrections = []
    for place, one in enumerate(given.corrections):
        if one.question_id not in keys:
            field = f"corrections.{place}.question_id"
            raise wrong_field(field, "No question of the set has that id: GET them for those.")
        gold = Gold(one.gold, tuple(one.alternatives))
        corrections.append(Correction(keys[one.question_id], gold, one.reason))
    made = correct(found, corrections, request.auth.user)
    return Status(201, _made(found, made.number))


@router.post(
    "/question-sets/{question_set}/corrections/undo",
    response=answers(201, MadeVersion, 400, 404, 413),
    summary="Undo corrections",
)
def undo_corrections(
    request: ApiRequest, question_set: Path[IdText], given: VersionGiven
) -> Status[MadeVersion]:
    """Those of a version, which makes a further one."""
    found = question_set_of(request.auth.team, question_set)
    version = found.gold_versions.filter(number=given.version).first()
    if version is None:
        raise wrong_field("version", "No correction made that version: list the corrections.")
    made = undo(version, request.auth.user)
    return Status(201, _made(found, made.number))


@router.post(
    "/question-sets/{question_set}/regrade",
    response=answers(200, GradedAgain, 404),
    summary="Grade all runs of a set again",
)
def regrade_set(request: ApiRequest, question_set: Path[IdText]) -> GradedAgain:
    """All that are graded by earlier gold answers, without the GPU; what is going on, when it has
    ended. Profiles that runs rest on stay as they are."""
    return GradedAgain(runs=again.ask(question_set_of(request.auth.team, question_set)))


def _made(question_set: QuestionSet, number: int) -> MadeVersion:
    question_set.refresh_from_db(fields=["version"])
    return MadeVersion(version=number, runs=again.graded_before(question_set).count())


def _question(row: Question) -> QuestionDetails:
    return QuestionDetails(
        id=row.key,
        row=row.row,
        question=row.text,
        options=row.options,
        answer=row.gold,
        alternatives=row.alternatives,
        category=row.category,
        gold_version=row.gold_version,
    )


def _correction(row: GoldCorrection) -> CorrectionDetails:
    copied = ("old_gold", "old_alternatives", "gold", "alternatives", "reason")
    return CorrectionDetails(
        version=row.version.number,
        undoes=row.version.undoes.number if row.version.undoes else None,
        question_id=row.question.key,
        row=row.question.row,
        person=str(row.version.person) if row.version.person else None,
        created=row.version.created,
        **{name: getattr(row, name) for name in copied},
    )

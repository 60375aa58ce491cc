"""A run's seats as a file, under the filters of its questions: what notebooks read in one line."""

from typing import Annotated, Any

from django.db import transaction
from ninja import Path, Query, Router
from pydantic import BaseModel, Field

from webapp.accounts.rights import OWN
from webapp.api.auth import ApiRequest
from webapp.api.fields import ANY_TEXT, IdText, OneOf, answers
from webapp.api.lookups import run_of
from webapp.audit.actions import Action
from webapp.audit.recording import record
from webapp.exports.columns import COLUMNS
from webapp.exports.forms import FORMS
from webapp.exports.seats import seats, under
from webapp.exports.streaming import download
from webapp.results.filters import VALUES, Filters

router = Router(tags=["Runs"])

Word = Annotated[str, Field(max_length=200, pattern=ANY_TEXT)]
_FILE = {"schema": {"type": "string", "format": "binary"}}
DESCRIPTION = {
    "responses": {
        200: {
            "description": "The file. Its columns: "
            + " ".join(f"`{column.name}`: {column.holds}" for column in COLUMNS),
            "content": {form.kind.partition(";")[0]: _FILE for form in FORMS.values()},
        }
    }
}


def _one_of(name: str) -> OneOf:
    """What a filter takes, or nothing."""
    return OneOf(["", *VALUES[name]])


class WantedSeats(BaseModel):
    """The file's form, and which questions it is to hold: those that all filters leave, as on the
    page of a run's questions."""

    form: Annotated[str, OneOf(FORMS)] = Field(default="parquet", description="Of the file.")
    verdict: Annotated[str, _one_of("verdict")] = Field(
        default="",
        description="Of the final answer; `open`: not done; `unmatched`: see `unmatched`.",
    )
    outcome: Annotated[str, _one_of("outcome")] = Field(
        default="", description="How it came of the seats; `lost`: any in which points are lost."
    )
    unseated: Annotated[str, _one_of("unseated")] = Field(
        default="", description="No seat was right, and somebody without one was, or nobody."
    )
    doubt: Annotated[str, _one_of("doubt")] = Field(
        default="", description="The gold answer is in doubt, as far as that was looked for."
    )
    disagree: Annotated[str, _one_of("disagree")] = Field(
        default="", description="`yes`: its seats state different answers."
    )
    spelled: Annotated[str, _one_of("spelled")] = Field(
        default="", description="`yes`: some answers were too costly to compare by what they mean."
    )
    failed: Annotated[str, _one_of("failed")] = Field(
        default="", description="A generation of this purpose failed."
    )
    cut: Annotated[str, _one_of("cut")] = Field(
        default="", description="An output of this purpose was cut off at a limit."
    )
    review: Annotated[str, _one_of("review")] = Field(
        default="", description="What people said; `mine`: reviewed by the token's person."
    )
    said: Word = Field(default="", description="A verdict that somebody gave: see `GET /verdicts`.")
    skill: Word = Field(default="", description="That it needs, as named or as profiled.")
    category: Word = ""
    expert: IdText | None = Field(default=None, description="One that holds a seat.")
    number: Word = Field(default="", description="Its place in the file, or how its id begins.")
    words: Word = Field(default="", description="In the question, or in an output.")

    @property
    def filters(self) -> Filters:
        told = self.model_dump(exclude={"form", "expert"})
        return Filters(**told, expert=str(self.expert or ""))


@router.get(
    "/runs/{run}/seats",
    response=answers(200, None, 404),
    openapi_extra=DESCRIPTION,
    summary="Get all seats of a run as a file",
)
def get_run_seats(request: ApiRequest, run: Path[IdText], wanted: Query[WantedSeats]) -> Any:
    """Every generation with all that is known of its question: CSV, JSON lines or Parquet.

    `pandas.read_parquet(address, storage_options={"Authorization": "Bearer TOKEN"})` reads it.
    """
    form, filters = FORMS[wanted.form], wanted.filters
    found, caller = run_of(request.auth.team, run), request.auth
    with transaction.atomic():
        record(Action.RUN_EXPORTED, found, form=form.name, filters=filters.query)
    following = under(filters, found, caller.user)
    rows = seats(found, caller.user, owns=OWN in caller.may, following=following)
    return download(form.write(rows), form.kind, f"run-{found.pk}-seats.{form.name}")

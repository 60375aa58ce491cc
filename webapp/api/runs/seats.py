"""A run's seats as a file: what notebooks read in one line."""

from typing import Annotated, Any

from django.db import transaction
from ninja import Path, Query, Router
from pydantic import BaseModel, Field

from webapp.accounts.rights import OWN
from webapp.api.auth import ApiRequest
from webapp.api.fields import IdText, OneOf, answers
from webapp.api.lookups import run_of
from webapp.audit.actions import Action
from webapp.audit.recording import record
from webapp.exports.columns import COLUMNS
from webapp.exports.forms import FORMS
from webapp.exports.seats import seats
from webapp.exports.streaming import download

router = Router(tags=["Runs"])

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


class WantedFile(BaseModel):
    form: Annotated[str, OneOf(FORMS)] = Field(default="parquet", description="Of the file.")


@router.get(
    "/runs/{run}/seats",
    response=answers(200, None, 404),
    openapi_extra=DESCRIPTION,
    summary="Get all seats of a run as a file",
)
def get_run_seats(request: ApiRequest, run: Path[IdText], wanted: Query[WantedFile]) -> Any:
    """Every generation with all that is known of its question: CSV, JSON lines or Parquet.

    `pandas.read_parquet(address, storage_options={"Authorization": "Bearer TOKEN"})` reads it.
    """
    form = FORMS[wanted.form]
    found, caller = run_of(request.auth.team, run), request.auth
    with transaction.atomic():
        record(Action.RUN_EXPORTED, found, form=form.name)
    rows = seats(found, caller.user, owns=OWN in caller.may)
    return download(form.write(rows), form.kind, f"run-{found.pk}-seats.{form.name}")

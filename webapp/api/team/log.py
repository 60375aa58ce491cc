"""The log: who did what, for whoever manages the team."""

from datetime import datetime
from typing import Annotated, Any

from ninja import Query, Router
from pydantic import BaseModel, Field
from pydantic.json_schema import SkipJsonSchema

from webapp.accounts.rights import OWN
from webapp.api.auth import ApiRequest
from webapp.api.fields import ANY_TEXT, DayText, IdText, OneOf, Page, Paging, answers, rows_of
from webapp.audit.actions import Action
from webapp.audit.actors import Way
from webapp.audit.models import Entry
from webapp.audit.reading import Wanted, entries

router = Router(tags=["Log"])

Text = Annotated[str, Field(max_length=100, pattern=ANY_TEXT)]


class Looked(BaseModel):
    """What is looked for; all that is said must hold."""

    person: IdText | SkipJsonSchema[None] = Field(default=None, description="Who did it, by id.")
    action: Annotated[str, OneOf(["", *Action.values])] = ""
    kind: Text = Field(default="", description="Of the object: `run`, `question set`, …")
    object: IdText | SkipJsonSchema[None] = Field(default=None, description="By id; with `kind`.")
    since: DayText | SkipJsonSchema[None] = Field(default=None, description="The first day.")
    until: DayText | SkipJsonSchema[None] = Field(default=None, description="The last day.")
    text: Text = Field(default="", description="In names, addresses or details.")


class LogEntry(BaseModel):
    id: int
    created: datetime
    action: str
    person_id: int | None
    person: str = Field(description="As they were called then; empty: nobody known.")
    team_id: int | None = Field(description="Null: the installation's, for its owner alone.")
    team: str
    way: Annotated[str, OneOf(Way)] = Field(description="By which it was done.")
    means: str = Field(description="The token's name; of a command, the user of the machine.")
    address: str = Field(description="That the request came from.")
    kind: str = Field(description="Of the object; empty: there is none.")
    object_id: int | None
    object: str = Field(description="As it was called then.")
    details: dict[str, Any] = Field(description="What changed: `before` and `after`.")


@router.get("/log", response=answers(200, Page[LogEntry]), summary="Read the log")
def list_log(request: ApiRequest, paging: Query[Paging], looked: Query[Looked]) -> Page[LogEntry]:
    """Who did what to which object, when and from where; the newest first."""
    caller = request.auth
    wanted = Wanted(**looked.model_dump())
    rows = entries(caller.team.pk, owns=OWN in caller.may, wanted=wanted)
    found, following = rows_of(rows, paging, newest_first=True)
    return Page(items=[_told(row) for row in found], next=following)


def _told(row: Entry) -> LogEntry:
    return LogEntry.model_validate(row, from_attributes=True)

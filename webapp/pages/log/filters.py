"""What an address asks of the log, and the controls that ask it."""

from collections.abc import Mapping
from typing import Any

from django.http import QueryDict

from webapp.accounts.middleware import TeamRequest
from webapp.accounts.rights import OWN
from webapp.audit import reading
from webapp.audit.actions import Action
from webapp.audit.reading import Wanted
from webapp.pages.shared.addresses import day, key_param, text_param
from webapp.pages.shared.controls import Control, Day, Search, select, select_text

LONGEST = 100  # characters that are searched for


def wanted_of(given: QueryDict) -> Wanted:
    """Values that mean nothing count as not said, so that an old address still opens."""
    action = text_param(given, "action")
    return Wanted(
        person=key_param(given, "person"),
        action=action if action in Action.values else "",
        kind=text_param(given, "kind")[:LONGEST],
        object=key_param(given, "object"),
        since=day(text_param(given, "since")),
        until=day(text_param(given, "until")),
        text=text_param(given, "text")[:LONGEST],
    )


def whose(request: TeamRequest) -> dict[str, Any]:
    """Which entries somebody may see."""
    return {"team_id": request.team.pk, "owns": OWN in request.may}


def controls(seen: Mapping[str, Any], wanted: Wanted) -> list[Control]:
    actions = [(action.value, action.label) for action in Action]
    people = reading.people_of(**seen)
    return [
        select("person", "Person", "everybody", people, str(wanted.person or "")),
        select("action", "Did", "everything", actions, wanted.action),
        select_text("kind", "To", "every object", reading.kinds_of(**seen), wanted.kind),
        Day("since", "From", wanted.since.isoformat() if wanted.since else ""),
        Day("until", "Until", wanted.until.isoformat() if wanted.until else ""),
        Search("text", "Search", wanted.text, "names, addresses, details", LONGEST),
    ]

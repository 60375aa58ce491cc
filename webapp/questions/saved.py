"""Mappings that a team keeps under names."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from webapp.accounts.models import Team
from webapp.audit.actions import Action
from webapp.audit.recording import record
from webapp.files.errors import FileRefused, listed
from webapp.files.tables import NO_TEXT
from webapp.questions.models import SavedMapping
from webapp.questions.reading.mapping import check_mapping


def save_mapping(team: Team, name: str, mapping: Mapping[str, Any]) -> SavedMapping:
    """Keep a mapping; one of that name is replaced. Raises FileRefused."""
    name = checked_name(name)
    check_mapping(mapping)
    with transaction.atomic():
        found, is_new = SavedMapping.objects.update_or_create(
            team=team, name=name, defaults={"mapping": dict(mapping)}
        )
        record(Action.MAPPING_SAVED, found, took_the_place_of_another=not is_new)
    return found


def saved_mapping(team: Team, name: str) -> dict[str, Any]:
    """A mapping by its name. Raises FileRefused where there is none."""
    found = SavedMapping.objects.filter(team=team, name=name).first()
    if found is None:
        names = list(SavedMapping.objects.filter(team=team).values_list("name", flat=True)[:21])
        raise FileRefused(
            f"There is no saved mapping called {name!r}. There is: {listed(names)}.",
            field="saved_mapping",
        )
    mapping: dict[str, Any] = found.mapping
    return mapping


def checked_name(name: str) -> str:
    """Raises FileRefused."""
    name = NO_TEXT.sub("", name).strip()
    if not 1 <= len(name) <= 100:
        raise FileRefused(
            "Give the mapping a name of 1 to 100 characters.", field="save_mapping_as"
        )
    return name

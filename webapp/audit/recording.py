"""Adding to the log.

    with transaction.atomic():
        pool.save()
        record(Action.POOL_CHANGED, pool, name=Change(old, pool.name))

Who acts, in which team, from where and by what is known already (`actors.py`).
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from django.db import connection, models
from django.db.transaction import TransactionManagementError
from django.forms import ModelForm

from webapp.audit.actions import Action
from webapp.audit.actors import actor
from webapp.audit.models import Entry

LONGEST = 300  # characters of a text among the details
MOST = 50  # items of a list
CREDENTIALS = re.compile(r"(?<=://)[^/@\s]+(?=@)")  # in an address
CONTEXT = object()  # the team: that of the object, or else where the actor is


class Change(NamedTuple):
    """What a setting was, and what it is now."""

    before: Any
    after: Any


def record(
    action: Action, about: models.Model | None = None, *, team: Any = CONTEXT, **details: Any
) -> None:
    """Note that whoever acts has done something to an object, in the transaction in which it is
    done: raises TransactionManagementError outside of one.

    `details` say what and how much, and of settings the Change: short texts and figures, never a
    password, a token's text or a whole file. `team`, where it is not the object's own; None: the
    installation's.
    """
    if not in_transaction():
        raise TransactionManagementError(f"{action}: record it in the transaction that does it")
    who = actor()
    team_id, team_name = _team(about, team)
    Entry.objects.create(
        action=action.value,
        way=who.way.value,
        means=cut(who.means, 100),
        address=cut(who.address, 45),
        person_id=who.person_id,
        person=cut(who.person, 200),
        team_id=team_id,
        team=cut(team_name, 100),
        kind=str(about._meta.verbose_name)[:40] if about is not None else "",
        object_id=about.pk if about is not None else None,
        object=cut(str(about), 200) if about is not None else "",
        details={name: plain(value) for name, value in details.items()},
    )


def in_transaction() -> bool:
    return connection.in_atomic_block


def changes(form: "ModelForm[Any]") -> dict[str, Change]:
    """What a valid form is about to change in its row; to be asked before it is saved."""
    model = form.instance.__class__
    old = model._base_manager.filter(pk=form.instance.pk).first()
    return {
        name: Change(_value(old, name), form.cleaned_data[name])
        for name in form.changed_data
        if name in form.cleaned_data
    }


def plain(value: Any) -> Any:
    """As JSON holds it, and not longer than somebody reads."""
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, Change):
        return {"before": plain(value.before), "after": plain(value.after)}
    if isinstance(value, Mapping):
        return {cut(str(name), LONGEST): plain(one) for name, one in list(value.items())[:MOST]}
    if isinstance(value, Iterable) and not isinstance(value, str | bytes | models.Model):
        return [plain(one) for one in list(value)[:MOST]]
    return cut(CREDENTIALS.sub("…", str(value)), LONGEST)


def cut(text: str, longest: int) -> str:
    """As Postgres takes it, and not longer."""
    text = text.replace("\0", "").encode(errors="replace").decode()
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


def _team(about: models.Model | None, team: Any) -> tuple[int | None, str]:
    who = actor()
    if team is CONTEXT:
        if about is None or not hasattr(about, "team_id"):
            return who.team_id, who.team
        if about.team_id == who.team_id:
            return who.team_id, who.team
        team = about.team  # type: ignore[attr-defined]
    return (None, "") if team is None else (team.pk, str(team))


def _value(row: models.Model | None, name: str) -> Any:
    value = getattr(row, name, None)
    return list(value.all()) if isinstance(value, models.Manager) else value

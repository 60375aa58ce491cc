"""The verdicts of a team: those that it defines, or the six that every team begins with."""

import re
from collections.abc import Iterable, Mapping, Sequence

from django.db import transaction
from django.db.models import Max

from webapp.accounts.models import Team
from webapp.audit.actions import Action
from webapp.audit.recording import Change, record
from webapp.reviews.models import SETTLED, Meaning, Review, VerdictKind

MOST = 9  # that can be given: each has a digit as its key
SETTLED_TITLE = "Settled: the gold answer stands"
# Key, title, description, meaning.
DEFAULTS = (
    ("right", "Right", "Graded rightly, and for good reasons.", Meaning.STANDS),
    ("wrong skill", "Wrong skill", "The question needs other skills.", Meaning.SKILLS),
    ("wrong experts", "Wrong experts", "Others would have known it.", Meaning.EXPERTS),
    ("extraction", "Extraction failed", "A response says something else.", Meaning.READING),
    ("aggregation", "Aggregation failed", "The responses had it right.", Meaning.AGGREGATION),
    ("disputed", "Gold disputed", "The gold answer is wrong, or not the only one.", Meaning.GOLD),
)


class VerdictRefused(ValueError):
    """A definition that cannot be; the message says why and what to do."""


def kinds_of(team: Team) -> list[VerdictKind]:
    """All that a team has, in order, retired ones too."""
    if not (found := list(VerdictKind.objects.filter(team=team))):
        VerdictKind.objects.bulk_create(
            [
                VerdictKind(
                    team=team, key=key, title=title, description=told, meaning=meaning, place=place
                )
                for place, (key, title, told, meaning) in enumerate(DEFAULTS, start=1)
            ],
            ignore_conflicts=True,  # somebody else was asked at the same moment
        )
        found = list(VerdictKind.objects.filter(team=team))
    return found


def given_in(team: Team) -> list[VerdictKind]:
    """Those that can be given."""
    return [kind for kind in kinds_of(team) if not kind.retired]


def titles_of(team: Team) -> dict[str, str]:
    """Key → title, of everything that a review can say."""
    return {kind.key: kind.title for kind in kinds_of(team)} | {SETTLED: SETTLED_TITLE}


def in_words(verdicts: Iterable[str], titles: Mapping[str, str]) -> str:
    return ", ".join(titles.get(key, key) for key in verdicts)


def doubting(team: Team) -> set[str]:
    """Keys of those that doubt the gold answer."""
    return {kind.key for kind in kinds_of(team) if kind.meaning == Meaning.GOLD}


@transaction.atomic
def add(team: Team, title: str, description: str, meaning: str) -> VerdictKind:
    """Raises VerdictRefused."""
    Team.objects.select_for_update().get(pk=team.pk)
    kinds = kinds_of(team)
    _check_title(title, kinds)
    if sum(not kind.retired for kind in kinds) >= MOST:
        raise VerdictRefused(f"A team has {MOST} verdicts at most: retire one first.")
    last = VerdictKind.objects.filter(team=team).aggregate(last=Max("place"))["last"] or 0
    made = VerdictKind.objects.create(
        team=team,
        key=_key_for(title, kinds),
        title=title,
        description=description,
        meaning=Meaning(meaning).value,
        place=last + 1,
    )
    record(Action.VERDICT_ADDED, made, meaning=meaning)
    return made


@transaction.atomic
def change(kind: VerdictKind, title: str, description: str, meaning: str) -> None:
    """What reviews mean that were given already stays. Raises VerdictRefused."""
    Team.objects.select_for_update().get(pk=kind.team_id)
    others = [one for one in kinds_of(kind.team) if one.pk != kind.pk]
    _check_title(title, others)
    if meaning != kind.meaning and _is_given(kind):
        raise VerdictRefused(
            f"Reviews say “{kind.title}” already, so what it means stays: retire it, and add"
            " another one."
        )
    new = {"title": title, "description": description, "meaning": Meaning(meaning).value}
    told = {name: Change(getattr(kind, name), value) for name, value in new.items()}
    for name, value in new.items():
        setattr(kind, name, value)
    kind.save(update_fields=list(new))
    record(Action.VERDICT_CHANGED, kind, **told)


@transaction.atomic
def set_retired(kind: VerdictKind, retired: bool) -> None:
    """Reviews that say it stay as they are. Raises VerdictRefused."""
    Team.objects.select_for_update().get(pk=kind.team_id)
    left = [one for one in given_in(kind.team) if one.pk != kind.pk]
    if retired and not left:
        raise VerdictRefused("It is the only verdict that can be given: add another one first.")
    if not retired and len(left) >= MOST:
        raise VerdictRefused(f"A team has {MOST} verdicts at most: retire another one first.")
    kind.retired = retired
    kind.save(update_fields=["retired"])
    record(Action.VERDICT_RETIRED if retired else Action.VERDICT_BACK, kind)


def _is_given(kind: VerdictKind) -> bool:
    said = Review.objects.filter(run__team=kind.team_id, verdicts__contains=[kind.key])
    return said.exists()


def _check_title(title: str, others: Sequence[VerdictKind]) -> None:
    if any(title.casefold() == other.title.casefold() for other in others):
        raise VerdictRefused(f"There is a verdict “{title}” already: choose another title.")


def _key_for(title: str, kinds: Sequence[VerdictKind]) -> str:
    """Like the title, and nobody else's."""
    taken = {kind.key for kind in kinds} | {SETTLED}
    plain = re.sub(r"\W+", " ", title.casefold()).strip()[:17].strip() or "verdict"
    found, n = plain, 1
    while found in taken:
        n += 1
        found = f"{plain} {n}"
    return found

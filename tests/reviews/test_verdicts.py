"""The verdicts of a team."""

import threading

import pytest
from django.db import connection

from tests.reviews.given import reviewed
from webapp.accounts.models import Team, User
from webapp.reviews import verdicts
from webapp.reviews.models import VerdictKind
from webapp.reviews.verdicts import VerdictRefused, given_in, kinds_of, titles_of
from webapp.runs.models import Run


@pytest.mark.django_db
def test_every_team_begins_with_six(team: Team) -> None:
    assert [kind.key for kind in kinds_of(team)] == [key for key, *_ in verdicts.DEFAULTS]
    assert len(kinds_of(team)) == 6, "made once"
    assert titles_of(team)["settled"].startswith("Settled")


@pytest.mark.django_db(transaction=True)
def test_asked_by_many_at_once_they_are_made_once(team: Team) -> None:
    def ask() -> None:
        kinds_of(team)
        connection.close()

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert VerdictKind.objects.count() == 6


@pytest.mark.django_db
def test_a_verdict_of_ones_own(run: Run, team: Team, people: list[User]) -> None:
    made = verdicts.add(team, "Unsafe!", "Says what nobody should do.", "other")
    assert (made.key, made.place) == ("unsafe", 7)
    with pytest.raises(VerdictRefused, match="already"):
        verdicts.add(team, "unsafe!", "", "other")
    again = verdicts.add(team, "Unsafe?", "", "gold")
    assert again.key == "unsafe 2", "keys differ where titles do"
    verdicts.change(again, "Doubtful", "", "gold")
    review = reviewed(run.answers.all()[0], people[0], again.key)
    assert review.disputes, "its meaning counts"
    with pytest.raises(VerdictRefused, match="what it means stays"):
        verdicts.change(again, "Doubtful", "", "stands")
    verdicts.add(team, "Ninth", "", "other")
    with pytest.raises(VerdictRefused, match="9 verdicts at most"):
        verdicts.add(team, "Tenth", "", "other")
    verdicts.set_retired(again, True)
    assert again.key not in {kind.key for kind in given_in(team)}
    review.refresh_from_db()
    assert titles_of(team)[review.verdicts[0]] == "Doubtful", "what was said is still read"
    assert verdicts.add(team, "Settled", "", "other").key == "settled 2", "that key is taken"


@pytest.mark.django_db
def test_one_verdict_stays(team: Team) -> None:
    *others, last = kinds_of(team)
    for kind in others:
        verdicts.set_retired(kind, True)
    with pytest.raises(VerdictRefused, match="only verdict"):
        verdicts.set_retired(last, True)


@pytest.mark.django_db
@pytest.mark.parametrize("title", ["日本語の判定がとても長いとき何が起きるか", "!!!", "A" * 40])
def test_any_title_makes_a_key(team: Team, title: str) -> None:
    made = verdicts.add(team, title, "", "other")
    assert 0 < len(made.key) <= 20

"""What people say of a run, on its page."""

import pytest
from django.test import Client

from tests.accounts.walking import member
from webapp.accounts.models import Role, User
from webapp.keeping.naming import describe
from webapp.pages.live_run.forms import state_of
from webapp.runs.models import Run

pytestmark = pytest.mark.django_db


def test_title_tags_notes_and_owner(signed_in: Client, ours_run: Run) -> None:
    ada = member(ours_run.team, Role.REVIEWER, "ada").user
    own = ours_run.get_absolute_url()
    assert "not recorded" in signed_in.get(own).content.decode()
    given = {"title": "Mine", "new_tags": "Paper, k=5", "notes": "**Good**", "owner": ada.pk,
             "seen": state_of(ours_run)}  # fmt: skip
    page = signed_in.post(f"{own}/about", given, follow=True).content.decode()
    assert f"<h1>Run {ours_run.pk}: Mine</h1>" in page
    assert "<strong>Good</strong>" in page and '?tag=k%3D5">k=5</a>' in page
    ours_run.refresh_from_db()
    assert (ours_run.owner, ours_run.tags) == (ada, ["k=5", "paper"])
    given = {"title": "", "tags": ["paper"], "new_tags": "x" * 41, "seen": state_of(ours_run)}
    refused = signed_in.post(f"{own}/about", given)
    assert refused.status_code == 422 and "A tag may have 40" in refused.content.decode()
    again = signed_in.post(f"{own}/about", given | {"new_tags": ""}, follow=True)
    assert ours_run.made_title in again.content.decode()
    ours_run.refresh_from_db()
    assert (ours_run.owner, ours_run.tags, ours_run.notes) == (ada, ["paper"], "")


def test_nothing_is_overwritten_unawares(signed_in: Client, ours_run: Run, user: User) -> None:
    seen = state_of(ours_run)
    describe(ours_run, user, notes="What somebody else wrote.")
    sent = {"title": "Mine", "notes": "What I wrote.", "seen": seen}
    page = signed_in.post(f"/runs/{ours_run.pk}/about", sent)
    assert page.status_code == 422
    shown = page.content.decode()
    assert "What somebody else wrote." in shown and "What I wrote." in shown
    ours_run.refresh_from_db()
    assert (ours_run.given_title, ours_run.notes) == ("", "What somebody else wrote.")
    sent["seen"] = state_of(ours_run)
    assert f'value="{sent["seen"]}"' in shown, "sent again, it is saved"


def test_star_and_baseline(signed_in: Client, ours_run: Run) -> None:
    own = ours_run.get_absolute_url()
    page = signed_in.post(f"{own}/star", {"starred": "1"}, follow=True).content.decode()
    assert 'aria-pressed="true"' in page
    assert signed_in.get("/runs/?starred=yes").context["page"].rows == [ours_run]
    signed_in.post(f"{own}/star", {"starred": "0"})
    assert not signed_in.get("/runs/?starred=yes").context["page"].rows
    other = Run.objects.get(pk=ours_run.pk)
    other.pk, other.baseline = None, False
    other.save()
    page = signed_in.post(f"{own}/baseline", follow=True).content.decode()
    assert "is the baseline of test 8 now" in page
    against = signed_in.get(f"/runs/{other.pk}/live").content.decode()
    assert "No question has a verdict" in against and f'href="{own}"' in against
    compared = signed_in.get("/runs/compare", {"run": other.pk})
    assert compared["Location"] == f"/runs/compare?a={ours_run.pk}&b={other.pk}"
    lost = signed_in.get(f"/runs/{other.pk}/lost").content.decode()
    assert f"?a={ours_run.pk}&amp;b={other.pk}" in lost
    used = signed_in.get(f"/question-sets/{ours_run.question_set_id}/used").content.decode()
    assert "other runs" in used
    page = signed_in.post(f"{own}/baseline", {"unset": "1"}, follow=True).content.decode()
    assert "has no baseline any more" in page

"""Filters of the list, kept under names."""

import pytest
from django.test import Client

from tests.accounts.walking import member
from webapp.accounts.models import Role, Team, User
from webapp.runs.models import SavedView

pytestmark = pytest.mark.django_db


def test_views_are_saved_renamed_and_deleted(signed_in: Client, team: Team) -> None:
    sent = {"query": "kind=answer&nonsense=1&pool=x", "name": " Answers "}
    shown = signed_in.post("/runs/views", sent, follow=True)
    assert shown.redirect_chain[-1][0] == "/runs/?kind=answer"
    assert shown.context["view"].name == "Answers"
    view = SavedView.objects.get()
    for wrong in (sent, sent | {"name": ""}, sent | {"name": "x" * 61}, {"name": "All"}):
        signed_in.post("/runs/views", wrong)
    assert SavedView.objects.count() == 1
    signed_in.post(f"/runs/views/{view.pk}/rename", {"name": "Mine"})
    assert "Mine</a>" in signed_in.get("/runs/").content.decode()
    signed_in.post(f"/runs/views/{view.pk}/delete")
    assert not SavedView.objects.exists()


def test_views_are_ones_own_or_shared(client: Client, team: Team, user: User) -> None:
    given = {"team": team, "person": user, "query": "kind=try"}
    own = SavedView.objects.create(name="For me", **given)
    shared = SavedView.objects.create(name="For all", shared=True, **given)
    viewer, editor = (member(team, role, role).user for role in (Role.VIEWER, Role.EDITOR))
    client.force_login(viewer)
    page = client.get("/runs/?kind=try").content.decode()
    assert "For all" in page and "For me" not in page and "Rename or delete" not in page
    assert client.post(f"/runs/views/{shared.pk}/delete").status_code == 404
    client.post("/runs/views", {"query": "kind=try", "name": "Theirs", "shared": "1"})
    assert not SavedView.objects.get(name="Theirs").shared, "viewers share nothing"
    client.force_login(editor)
    assert client.post(f"/runs/views/{own.pk}/delete").status_code == 404
    assert client.post(f"/runs/views/{shared.pk}/delete").status_code == 302

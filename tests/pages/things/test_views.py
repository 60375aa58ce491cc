"""Pages on which things are renamed, archived, deleted and brought back."""

import pytest
from django.test import Client

from webapp.accounts.models import User
from webapp.keeping.baselines import set_baseline
from webapp.keeping.kinds import Named
from webapp.runs.models import Run

pytestmark = pytest.mark.django_db


def text(client: Client, address: str) -> str:
    page = client.get(address)
    assert page.status_code == 200, address
    return " ".join(page.content.decode().split())


def post(client: Client, address: str, **given: str) -> str:
    page = client.post(address, given, follow=True)
    assert page.status_code == 200, address
    return " ".join(page.content.decode().split())


def test_archived_things_are_in_no_list(signed_in: Client, ours_run: Run) -> None:
    assert ours_run.pool and ours_run.question_set and ours_run.profile
    lists: dict[Named, list[str]] = {
        ours_run.pool: ["/pools/", "/runs/new"],
        ours_run.question_set: ["/question-sets/", "/runs/new"],
        ours_run.profile.question_set: ["/question-sets/", "/recorded-responses/new"],
    }
    for thing, addresses in lists.items():
        named = f">{thing}<"
        own = thing.get_absolute_url()
        assert all(named in text(signed_in, address) for address in addresses)
        assert "is archived" in post(signed_in, f"{own}/archive")
        assert not any(named in text(signed_in, address) for address in addresses)
        assert named in text(signed_in, f"{addresses[0]}?archived=yes")
        assert "was archived" in text(signed_in, own)
    assert f'"{ours_run.get_absolute_url()}"' in text(signed_in, "/runs/"), "it stays as it is"
    own = ours_run.get_absolute_url()
    post(signed_in, f"{own}/archive")
    assert f'"{own}"' not in text(signed_in, "/runs/") + text(signed_in, "/")
    assert f'"{own}"' in text(signed_in, "/runs/?archived=yes")
    assert "again" in post(signed_in, f"{own}/archive", back="1")
    assert f'"{own}"' in text(signed_in, "/runs/")
    profile = ours_run.profile.get_absolute_url()
    post(signed_in, f"{profile}/archive")
    pool = ours_run.pool.get_absolute_url()
    assert f'"{profile}"' not in text(signed_in, pool)
    assert f'"{profile}"' in text(signed_in, f"{pool}?archived=yes")


def test_a_thing_is_deleted_and_brought_back(signed_in: Client, ours_run: Run, user: User) -> None:
    assert ours_run.profile
    set_baseline(ours_run, user)
    assert "It is the baseline of test 8" in text(signed_in, f"/runs/{ours_run.pk}/delete")
    own = ours_run.profile.question_set.get_absolute_url()
    asked = text(signed_in, f"{own}/delete")
    for shown in ("<strong>1</strong> profile", "<strong>2</strong> runs", "questions",
                  ours_run.heading, "Delete what hangs on it, too"):  # fmt: skip
        assert shown in asked, shown
    refused = signed_in.post(f"{own}/delete")
    assert refused.status_code == 422 and "agree to have them" in refused.content.decode()
    assert "It can be brought back for 30 days" in post(signed_in, f"{own}/delete", all="1")
    assert signed_in.get(own).status_code == 404
    (row,) = signed_in.get("/deleted").context["rows"]
    assert "is back" in post(signed_in, f"/deleted/{row[0].pk}/undo")
    assert ours_run.heading in text(signed_in, "/runs/")
    maker = ours_run.profile.runs.get(kind="profile")
    assert "made the profile" in text(signed_in, f"/runs/{maker.pk}/delete")


def test_things_are_renamed(signed_in: Client, ours_run: Run) -> None:
    assert ours_run.pool and ours_run.question_set and ours_run.profile
    for thing in (ours_run.pool, ours_run.question_set, ours_run.profile):
        own = thing.get_absolute_url()
        assert "called Better now" in post(signed_in, f"{own}/rename", name=" Better ")
        assert "<h1>" in text(signed_in, own)
    taken = ours_run.profile.question_set.get_absolute_url()
    said = post(signed_in, f"{taken}/rename", name="Better")
    assert "There is a question set called Better" in said

"""Review mode: one after another, what a person has not reviewed yet."""

import pytest
from django.test import Client

from tests.pages.answer.addresses import address, keys
from tests.reviews.given import reviewed
from webapp.accounts.models import User
from webapp.runs.models import Run

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("nobody_listens")]


@pytest.fixture
def run(five_done: Run) -> Run:
    return five_done


def test_review_mode_walks_what_waits(signed_in: Client, run: Run, colleague: User) -> None:
    pks = keys(run)
    mode = f"/runs/{run.pk}/review"
    reviewed(run.answers.get(pk=pks[0]), colleague, "right")
    run.answers.filter(pk=pks[3]).update(stage=1)  # not done
    first = signed_in.get(mode)
    query = "?review=unreviewed&mode=review"
    assert first["Location"] == address(run, pks[1]) + query
    page = signed_in.get(first["Location"]).content.decode()
    assert "0 reviewed by you, 3 to go" in page
    for key in "123456jsqucn":
        assert f'data-key="{key}"' in page
    assert 'data-key="k"' not in page, "the answer before it is reviewed"

    go_on = signed_in.post(f"{address(run, pks[1])}/review{query}", {"verdicts": "right"})
    assert go_on["Location"] == f"{mode}?review=unreviewed&after={pks[1]}"
    on = signed_in.get(go_on["Location"])
    assert on["Location"] == address(run, pks[2]) + query
    page = signed_in.get(on["Location"]).content.decode()
    assert "1 reviewed by you, 2 to go" in page
    assert f"{address(run, pks[1])}?review=unreviewed&amp;mode=review" in page, "to look again"
    skipped = f"{mode}?review=unreviewed&amp;after={pks[2]}"
    assert skipped in page

    on = signed_in.get(skipped.replace("&amp;", "&"))
    assert on["Location"] == address(run, pks[4]) + query
    signed_in.post(f"{address(run, pks[4])}/review{query}", {"verdicts": "disputed"})
    end = signed_in.get(f"{mode}?after={pks[4]}").content.decode()
    assert "The end of the list" in end and "You have skipped it" in end
    assert signed_in.get(mode)["Location"] == address(run, pks[2]) + query
    signed_in.post(f"{address(run, pks[2])}/review{query}", {"verdicts": "right"})
    end = signed_in.get(mode).content.decode()
    assert "All are reviewed" in end and "3 reviewed by you, 0 to go" in end
    assert f'href="/runs/{run.pk}/questions"' in end


def test_review_mode_under_a_filter(signed_in: Client, run: Run, colleague: User) -> None:
    pks = keys(run)
    mode = f"/runs/{run.pk}/review"
    reviewed(run.answers.get(pk=pks[3]), colleague, "disputed")
    found = signed_in.get(f"{mode}?verdict=incorrect")
    assert found["Location"].startswith(f"{address(run, pks[1])}?verdict=incorrect")
    found = signed_in.get(f"{mode}?review=disputed&after=x")
    assert found["Location"].startswith(f"{address(run, pks[3])}?review=disputed")
    page = signed_in.get(f"{mode}?verdict=ungraded").content.decode()
    assert "Nothing to review" in page


def test_a_review_of_ones_own_is_marked_in_review_mode(signed_in: Client, run: Run) -> None:
    here = f"{address(run, keys(run)[0])}?mode=review"
    signed_in.post(f"{address(run, keys(run)[0])}/review", {"verdicts": "right", "note": "Good."})
    page = signed_in.get(here).content.decode()
    assert page.count(" checked") == 1
    assert ">\nGood.</textarea>" in page

"""The routing of a run before it is started: that of the run itself, or estimated."""

from collections import Counter

import pytest
from django.test import Client

from tests.planning.previewing import SKILLS, Form, page_of, seats, show, start
from webapp.experts.models import Pool
from webapp.pages.new_run.routing import routing_of
from webapp.planning import routing
from webapp.questions.models import QuestionVector
from webapp.runs.models import Profile

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("woken")]


@pytest.mark.parametrize(
    "chosen",
    [
        {"method": "all-experts"},
        {"recruiter": "random", "k": 1},
        {"recruiter": "task-top-k", "k": 1},
        {"method": "self-consistency", "k": 4, "stopping": "all"},
        {"method": "debate", "k": 2},
    ],
)
def test_seats_that_need_no_skills_are_those_of_the_run(
    signed_in: Client, profile: Profile, form: Form, chosen: Form
) -> None:
    preview = show(signed_in, form | chosen)
    assert preview.found["ways"] == {"unread": 8}
    assert preview.found["seats"] == seats(start(signed_in, form | chosen))
    assert not QuestionVector.objects.exists()


@pytest.mark.parametrize("chosen", [{}, {"k": 5}, {"recruiter": "paper-top-k", "k": 1}])
def test_skills_that_were_named_before_give_the_seats_of_the_run(
    signed_in: Client, profile: Profile, form: Form, chosen: Form
) -> None:
    earlier = start(signed_in, form | {"k": 1})
    start(signed_in, form | {"k": 1, "seed": 6})  # newer, but of another seed
    preview = show(signed_in, form | chosen)
    assert preview.found["ways"] == {"annotated": 8}
    assert preview.basis["annotated"] == earlier.pk
    assert f"Run {earlier.pk}</a>; asked again" in page_of(signed_in, preview)
    run = start(signed_in, form | chosen)
    assert preview.found["seats"] == seats(run)
    assert preview.found["unmatched"] == run.unmatched
    named = Counter(s[0] for a in run.answers.all() for s in a.skills)
    assert dict(preview.found["skills"]) == dict(named)


def test_skills_that_the_embedder_finds_are_exact(
    signed_in: Client, profile: Profile, form: Form
) -> None:
    Pool.objects.update(annotator=None)
    preview = show(signed_in, form)
    assert preview.found["ways"] == {"embedded": 8}
    assert preview.found["seats"] == seats(start(signed_in, form))


def test_skills_that_nobody_has_named_are_estimated(
    signed_in: Client, profile: Profile, form: Form
) -> None:
    preview = show(signed_in, form)
    assert preview.found["ways"] == {"estimated": 8}
    assert sum(preview.found["seats"].values()) == 3 * 8
    assert {name for name, _ in preview.found["skills"]} == set(SKILLS)
    page = page_of(signed_in, preview)
    assert "<strong>Estimated</strong> from the text of 8 questions" in page
    assert "8 generations" not in page and "40 generations" in page  # five annotations each


def test_a_large_set_is_seen_in_part(
    signed_in: Client, form: Form, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(routing, "SAMPLE", 4)
    preview = show(signed_in, form | {"method": "all-experts"})
    assert preview.found["sampled"] == 4 and set(preview.found["seats"].values()) == {4}
    assert [row.seats for row in routing_of(preview).rows] == [8, 8]
    assert "seen 4 of them" in page_of(signed_in, preview)


def test_what_is_wrong_with_the_skills_is_said_before_the_run(
    signed_in: Client, profile: Profile, form: Form, monkeypatch: pytest.MonkeyPatch
) -> None:
    start(signed_in, form | {"k": 1})
    monkeypatch.setattr("moe_core.skills.WEAK", 1.1)  # then every match is weak
    preview = show(signed_in, form)
    assert preview.found["weak"] == 8
    page = page_of(signed_in, preview)
    assert "8 of 8 questions rest on a weak match" in page and "are unmatched" not in page
    preview.found |= {"unmatched": 5, "weak": 0}
    preview.save()
    page = page_of(signed_in, preview)
    assert "5 of 8 questions are unmatched" in page and "weak match" not in page

"""Why these experts, and what their votes weighed."""

import pytest
from django.test import Client

from tests.pages.reading import flat
from tests.recorded.logs import done
from webapp.accounts.models import Team
from webapp.execution.plans import profile_behind
from webapp.execution.start import submit_run
from webapp.pages.answer import chances
from webapp.questions.models import QuestionSet, QuestionVector
from webapp.runs.models import Profile, Run

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("nobody_listens")]

PARTS = {"strength", "skills", "neighbours", "together"}


def test_the_page_says_why_these_experts_and_what_their_votes_weigh(
    ours_run: Run, signed_in: Client
) -> None:
    answer = ours_run.answers.select_related("question").earliest("pk")
    page = signed_in.get(f"/runs/{ours_run.pk}/questions/{answer.pk}").content.decode()
    for part in PARTS:
        assert part.capitalize() in page
    assert "Probability of one draw" not in page
    assert "by the calibrated vote" in page
    assert "Sum for each answer" in page


def test_the_sum_of_the_weights_is_what_decided(ours_run: Run) -> None:
    for answer in ours_run.answers.select_related("question"):
        seats = answer.generations.select_related("expert").order_by("number")
        weighed = chances.weighed_vote(ours_run, answer, list(seats))
        assert weighed is not None and [vote.seat for vote in weighed.votes] == [1, 2]
        assert weighed.answers[0][0] == answer.text
        silent = [vote for vote in weighed.votes if vote.generation.stated is None]
        assert all(vote.weight.total == 0 for vote in silent)
        total = sum(vote.weight.total for vote in weighed.votes)
        assert sum(weight for _, weight in weighed.answers) == pytest.approx(total)


def test_those_recruited_come_first_by_seat_and_the_others_by_chance(ours_run: Run) -> None:
    for answer in ours_run.answers.all():
        seats = list(answer.generations.order_by("number"))
        found = chances.chances(answer, seats)
        assert found is not None
        names, rows = found
        assert names == ["strength", "skills", "neighbours", "together"]
        assert [row.seat for row in rows] == [1, 2, None]
        assert [row.expert.pk for row in rows[:2]] == [seat.expert_id for seat in seats]
        for row in rows:
            assert sum(row.parts) == pytest.approx(row.total)


def test_votes_whose_evidence_is_gone_are_shown_without_weights(
    ours_run: Run, signed_in: Client
) -> None:
    QuestionVector.objects.all().delete()
    profile_behind.cache_clear()
    answer = ours_run.answers.earliest("pk")
    page = signed_in.get(f"/runs/{ours_run.pk}/questions/{answer.pk}")
    assert page.status_code == 200
    assert "Sum for each answer" not in page.content.decode()
    assert "cannot be read any more" in flat(page.content.decode())


def test_other_votes_are_not_weighed(
    team: Team, recorded_profile: Profile, test_set: QuestionSet
) -> None:
    run = submit_run(team, None, pool=recorded_profile.pool, questions=test_set, writer="majority")
    done(run)
    answer = run.answers.earliest("pk")
    seats = list(answer.generations.select_related("expert").order_by("number"))
    assert chances.weighed_vote(run, answer, seats) is None

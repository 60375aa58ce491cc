"""Runs that recruit by `ours`, and whose answers the calibrated vote writes."""

import pytest
from django.test import Client

from tests.webapp.commands import manage
from tests.webapp.recorded.logs import done
from webapp.accounts.models import Team
from webapp.execution.plans import profile_behind
from webapp.execution.preparing import is_prepared
from webapp.execution.regrade import regrade
from webapp.execution.start import submit_run
from webapp.experts.models import Skill
from webapp.pages.answer import chances
from webapp.pages.answer.effects import effects
from webapp.pages.answer.waterfalls import why
from webapp.questions.models import QuestionSet, QuestionVector
from webapp.runs.models import Answer, Event, Profile, Run

pytestmark = pytest.mark.django_db
PARTS = {"strength", "skills", "neighbours", "together"}


@pytest.fixture
def run(team: Team, profile: Profile, test_set: QuestionSet) -> Run:
    """Of the three experts one is always right, one always wrong, one says nothing."""
    run = submit_run(team, None, pool=profile.pool, questions=test_set, recruiter="ours", k=2)
    return done(run)


def test_the_likeliest_are_recruited_and_the_calibrated_vote_writes(run: Run) -> None:
    assert (run.status, run.writer, run.finished, run.correct) == ("done", "calibrated", 8, 8)
    for answer in Answer.objects.filter(run=run):
        seats = answer.generations.order_by("number")
        assert seats[0].expert.source == "org/right"
        assert len({seat.expert_id for seat in seats}) == 2
        assert len(answer.contributions) == 3
        for parts in answer.contributions.values():
            assert parts.keys() == PARTS


def test_the_vectors_of_both_sets_are_made_first(
    team: Team, profile: Profile, test_set: QuestionSet
) -> None:
    QuestionVector.objects.all().delete()
    run = submit_run(
        team,
        None,
        pool=profile.pool,
        questions=test_set,
        recruiter="task-top-k",
        writer="calibrated",
    )
    while not is_prepared(run):
        assert not Answer.objects.filter(run=run, asked=True).exists()
    for questions in (test_set, profile.question_set):
        vectors = QuestionVector.objects.filter(question__question_set=questions)
        assert vectors.count() == questions.questions.count()
    assert Event.objects.filter(run=run, kind="embedded").count() == 2
    assert done(run).correct == 8


def test_a_profile_from_before_anything_was_embedded_serves(
    team: Team, profile: Profile, test_set: QuestionSet
) -> None:
    QuestionVector.objects.all().delete()
    Skill.objects.all().delete()
    run = submit_run(team, None, pool=profile.pool, questions=test_set, recruiter="ours", k=2)
    while not is_prepared(run):
        pass
    assert done(run).correct == 8


def test_grading_again_gives_the_same_answers(run: Run) -> None:
    before = list(run.answers.values_list("pk", "text", "verdict"))
    told = regrade(run.pk)
    assert told["answers"] == told["verdicts"] == 0
    assert list(run.answers.values_list("pk", "text", "verdict")) == before


def test_the_page_says_why_these_experts_and_what_their_votes_weigh(
    run: Run, signed_in: Client
) -> None:
    answer = run.answers.select_related("question").earliest("pk")
    page = signed_in.get(f"/runs/{run.pk}/questions/{answer.pk}").content.decode()
    for part in PARTS:
        assert part.capitalize() in page
    assert "Probability of one draw" not in page
    assert "by the calibrated vote" in page
    assert "Sum for each answer" in page


def test_the_sum_of_the_weights_is_what_decided(run: Run) -> None:
    for answer in run.answers.select_related("question"):
        seats = answer.generations.select_related("expert").order_by("number")
        told = chances.weighed_vote(run, answer, list(seats))
        assert told is not None and [vote.seat for vote in told.votes] == [1, 2]
        assert told.answers[0][0] == answer.text
        silent = [vote for vote in told.votes if vote.generation.stated is None]
        assert all(vote.weight.total == 0 for vote in silent)
        total = sum(vote.weight.total for vote in told.votes)
        assert sum(weight for _, weight in told.answers) == pytest.approx(total)


def test_those_recruited_come_first_by_seat_and_the_others_by_chance(run: Run) -> None:
    for answer in run.answers.all():
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
    run: Run, signed_in: Client
) -> None:
    QuestionVector.objects.all().delete()
    profile_behind.cache_clear()
    answer = run.answers.earliest("pk")
    page = signed_in.get(f"/runs/{run.pk}/questions/{answer.pk}")
    assert page.status_code == 200
    assert "Sum for each answer" not in page.content.decode()
    assert "cannot be read any more" in page.content.decode()


def test_other_votes_are_not_weighed(team: Team, profile: Profile, test_set: QuestionSet) -> None:
    run = submit_run(team, None, pool=profile.pool, questions=test_set, writer="majority")
    done(run)
    answer = run.answers.earliest("pk")
    seats = list(answer.generations.select_related("expert").order_by("number"))
    assert chances.weighed_vote(run, answer, seats) is None


def test_started_by_the_command(profile: Profile, test_set: QuestionSet) -> None:
    chosen = ("--recruiter", "ours", "--writer", "calibrated", "--k", "2")
    manage("start_run", test_set, profile.pool, *chosen)
    run = done(Run.objects.get(kind="answer"))
    assert (run.recruiter, run.writer, run.correct) == ("ours", "calibrated", 8)


def test_recruiting_again_without_each_skill(run: Run, signed_in: Client) -> None:
    answer = run.answers.select_related("question").exclude(skills=[]).earliest("pk")
    answer.run = run
    found = effects(answer)
    assert found is not None and len(found.columns) == len(answer.skills)
    seats = {expert.pk: before.seat for expert, before, _ in found.rows}
    for number, generation in enumerate(answer.generations.order_by("number"), start=1):
        assert seats[generation.expert_id] == number, "as it was is as it was recruited"
    for expert, before, shares in found.rows:
        stored = sum(answer.contributions[str(expert.pk)].values())
        assert before.value == pytest.approx(100 * stored, abs=0.1)
        assert len(shares) == len(answer.skills)
    page = signed_in.get(f"/runs/{run.pk}/questions/{answer.pk}?without=each").content.decode()
    assert "Without a skill it would have been" in page


def test_without_its_evidence_nothing_is_recruited_again(run: Run, signed_in: Client) -> None:
    QuestionVector.objects.all().delete()
    profile_behind.cache_clear()
    answer = run.answers.exclude(skills=[]).earliest("pk")
    page = signed_in.get(f"/runs/{run.pk}/questions/{answer.pk}?without=each")
    assert page.status_code == 200
    assert "What it would have been without a skill cannot be shown" in page.content.decode()


def test_a_waterfall_sums_up_to_the_chance(run: Run) -> None:
    for answer in run.answers.all():
        seats = list(answer.generations.order_by("number"))
        told = chances.chances(answer, seats)
        found = why(answer, seats, told)
        assert found is not None and told is not None
        assert [of.seats for of in found.seated] == [[1], [2]] and len(found.others) == 1
        totals = [of.parts[-1].value for of in (*found.seated, *found.others)]
        assert totals == pytest.approx([row.total for row in told[1]])

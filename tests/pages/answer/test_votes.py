"""What the votes weighed, by every writer that counts votes."""

import pytest
from django.test import Client

from tests.execution.answers import RIGHT, answered
from tests.pages.reading import flat
from tests.recorded.logs import done
from webapp.accounts.models import Team
from webapp.execution.plans import profile_behind
from webapp.execution.profiles import fits
from webapp.execution.start import submit_run
from webapp.pages.answer.votes import Votes, votes_on
from webapp.pages.shared.written import readings, rounds_of
from webapp.questions.models import QuestionSet, QuestionVector
from webapp.runs.models import Answer, Profile, ProfileFit, Run

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("nobody_listens")]


def votes_of(answer: Answer) -> Votes | None:
    rounds = rounds_of(readings(answer))
    return votes_on(answer.run, answer, [[one.generation for one in some] for some in rounds])


@pytest.mark.parametrize("writer", ["majority", "weighted", "calibrated", "joint"])
def test_the_largest_sum_is_what_decided(
    team: Team, recorded_profile: Profile, test_set: QuestionSet, writer: str, signed_in: Client
) -> None:
    chosen = "ours" if writer in ("calibrated", "joint") else ""
    run = done(
        submit_run(
            team, None, pool=recorded_profile.pool, questions=test_set, writer=writer, k=3,
            recruiter=chosen, stopping="all",
        )
    )  # fmt: skip
    for answer in run.answers.select_related("question", "run"):
        votes = votes_of(answer)
        assert votes is not None and [vote.seat for vote in votes.votes] == [1, 2, 3]
        assert votes.answers[0][0] == answer.text
        cast = [vote for vote in votes.votes if vote.generation.stated is not None]
        total = sum(vote.weighed.weight for vote in cast)
        assert sum(weight for _, weight in votes.answers) == pytest.approx(total)
        assert all(len(vote.weighed.parts) == len(votes.parts) for vote in cast)
    page = flat(signed_in.get(answer.get_absolute_url()).content.decode())
    assert "Sum for each answer" in page and "wins" in page
    assert ("Expected right on these skills" in page) == (writer == "weighted")
    assert ("Of which counts beside the others" in page) == (writer == "joint")


def test_a_seat_weighs_the_same_whether_others_were_asked_or_not(
    team: Team, recorded_profile: Profile, test_set: QuestionSet
) -> None:
    """The joint vote weighs seats beside others: those that need not be asked are of the team."""
    weighed = []
    for stopping in ("all", "lossless"):
        run = done(
            submit_run(
                team, None, pool=recorded_profile.pool, questions=test_set, writer="joint", k=3,
                recruiter="ours", stopping=stopping,
            )
        )  # fmt: skip
        found = {}
        for answer in run.answers.select_related("question", "run"):
            votes = votes_of(answer)
            assert votes is not None
            for one in votes.votes:
                key = answer.question_id, one.generation.expert_id
                found[key] = round(one.weighed.weight, 9)
        weighed.append(found)
    whole, asked = weighed
    assert 0 < len(asked) < len(whole) and asked.items() <= whole.items()


def test_a_tie_goes_to_the_earlier_seat(
    team: Team, recorded_profile: Profile, test_set: QuestionSet
) -> None:
    run = submit_run(team, None, pool=recorded_profile.pool, questions=test_set, writer="majority")
    answer = answered(run, ["3", RIGHT], "incorrect")
    votes = votes_of(answer)
    assert votes is not None and votes.is_tie
    assert votes.answers == [("3", 1.0), (RIGHT, 1.0)]
    assert not votes_of(answered(run, ["3", "3", RIGHT], "incorrect", 1)).is_tie  # type: ignore[union-attr]


def test_a_seat_stands_by_its_last_answer(
    team: Team, recorded_profile: Profile, test_set: QuestionSet
) -> None:
    run = submit_run(team, None, pool=recorded_profile.pool, questions=test_set, writer="majority")
    answered(run, ["3", RIGHT], "correct")
    votes = votes_of(answered(run, [RIGHT, None], "correct", round_=1))
    assert votes is not None and votes.answers == [(RIGHT, 2.0)]


def test_votes_whose_evidence_is_gone_are_shown_without_weights(
    ours_run: Run, signed_in: Client
) -> None:
    ProfileFit.objects.all().delete()
    QuestionVector.objects.all().delete()
    profile_behind.cache_clear()
    here = f"/runs/{ours_run.pk}/questions/{ours_run.answers.earliest('pk').pk}"
    page = signed_in.get(here).text
    assert f'<div id="votes" hx-get="{here}" hx-trigger="every 2s"' in page
    assert "What each vote weighed is worked out from the profile" in flat(page)
    fits.find(ProfileFit.objects.get().pk)
    page = signed_in.get(here).text
    assert "Sum for each answer" not in page and 'id="votes">' in page
    assert "cannot be read any more" in flat(page)


def test_what_an_llm_wrote_has_no_votes(
    team: Team, recorded_profile: Profile, test_set: QuestionSet
) -> None:
    run = submit_run(team, None, pool=recorded_profile.pool, questions=test_set)
    answer = answered(run, ["3", RIGHT], "incorrect")
    Run.objects.filter(pk=run.pk).update(writer="llm")
    assert votes_of(Answer.objects.select_related("run").get(pk=answer.pk)) is None

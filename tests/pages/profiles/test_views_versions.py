"""The pages of a profile's new version: proposed, its effect, accepted or withdrawn."""

import pytest
from django.test import Client
from django.urls import reverse

from tests.recorded.logs import done
from webapp.accounts.models import Role, Team, User
from webapp.execution.start import submit_run
from webapp.planning import proposals
from webapp.questions.golds import Correction, Gold, correct
from webapp.questions.models import QuestionSet
from webapp.runs.models import Profile, ProfileProposal, Run

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("nobody_listens")]


@pytest.fixture
def run(team: Team, recorded_profile: Profile, test_set: QuestionSet) -> Run:
    pool = recorded_profile.pool
    return done(submit_run(team, None, pool=pool, questions=test_set, k=1))


def words(response: object) -> str:
    return " ".join(response.content.decode().split())  # type: ignore[attr-defined]


def test_a_version_is_proposed_and_accepted(
    signed_in: Client, recorded_profile: Profile, validation: QuestionSet, run: Run
) -> None:
    address = recorded_profile.get_absolute_url()
    assert "Gold answers were corrected since" not in words(signed_in.get(address))
    rows = validation.questions.all()
    correct(validation, [Correction(q.pk, Gold("7 or 8"), "Wrong.") for q in rows], None)
    golds = signed_in.get(reverse("question-set-golds", args=[validation.pk]))
    assert "Profiles of earlier versions" in words(golds)
    page = words(signed_in.get(address))
    assert "Gold answers were corrected since" in page
    assert "Counted by" in page and "version 1 of 2" in page
    assert f'value="run-{run.pk}"' in page and f'value="set-{run.question_set_id}"' in page
    propose = reverse("profile-propose", args=[recorded_profile.pk])
    refused = signed_in.post(propose, {"on": "run-0"}, follow=True)
    assert "Choose one of the runs" in words(refused)
    there = signed_in.post(propose, {"on": f"run-{run.pk}"})
    made = Profile.objects.get(made_from=recorded_profile)
    proposal = reverse("profile-proposal", args=[made.pk])
    assert there["Location"] == proposal
    assert "drawn by both versions" in words(signed_in.get(proposal))
    part = reverse("profile-proposal-found", args=[made.pk])
    assert signed_in.get(part).status_code == 204
    early = signed_in.post(proposal, {"act": "accept"}, follow=True)
    assert "still being made" in words(early)
    proposals.find(ProfileProposal.objects.get().pk)
    told = words(signed_in.get(part))
    assert "Would reroute" in told and "of 8 questions" in told and "points" in told
    assert "12 of 12" in told and "0 of 12" in told, "the profile itself"
    assert "is proposed" in words(signed_in.get(address))
    assert "runs recruit by it when it is accepted" in words(signed_in.get(made.get_absolute_url()))
    signed_in.post(proposal, {"on": "", "act": "show"})
    proposals.find(ProfileProposal.objects.get().pk)
    assert "Choose a run or a test set below" in words(signed_in.get(proposal))
    accepted = signed_in.post(proposal, {"act": "accept"}, follow=True)
    assert "Version 2 is accepted" in words(accepted) and "Made from" in words(accepted)
    again = signed_in.post(proposal, {"act": "withdraw"}, follow=True)
    assert "accepted, or withdrawn" in words(again)
    listed = words(signed_in.get(reverse("pool", args=[made.pool_id])))
    assert "ready" in listed


def test_a_version_is_withdrawn(
    signed_in: Client, recorded_profile: Profile, validation: QuestionSet
) -> None:
    signed_in.post(reverse("profile-propose", args=[recorded_profile.pk]))
    proposal = ProfileProposal.objects.get()
    proposals.find(proposal.pk)
    address = reverse("profile-proposal", args=[proposal.profile_id])
    told = signed_in.post(address, {"act": "withdraw"}, follow=True)
    assert "nothing of it stays" in words(told)
    assert signed_in.get(address).status_code == 404


def test_who_may_only_see_decides_nothing(
    client: Client, team: Team, recorded_profile: Profile, signed_in: Client
) -> None:
    signed_in.post(reverse("profile-propose", args=[recorded_profile.pk]))
    proposal = ProfileProposal.objects.get()
    proposals.find(proposal.pk)
    viewer = Client()
    viewer.force_login(User.objects.create_user("viewer", team=team, role=Role.VIEWER))
    address = reverse("profile-proposal", args=[proposal.profile_id])
    page = words(viewer.get(address))
    assert "Accept the version" not in page and "Show the effect" not in page
    assert viewer.post(address, {"act": "accept"}).status_code == 403

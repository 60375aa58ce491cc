"""What a run fixes for all its questions."""

import pytest

from tests.conftest import MakeSet
from tests.pages.profiles.made import built
from webapp.accounts.models import Team
from webapp.execution.plans import plan_for
from webapp.execution.profiles.counted import counted_profile
from webapp.execution.vectors import embed_some
from webapp.experts.models import Pool
from webapp.runs.models import Profile, ProfileCell, Run

pytestmark = pytest.mark.django_db


def test_a_profile_of_before_is_still_of_use(team: Team, pool: Pool, question_set: MakeSet) -> None:
    """It has cells, but nothing counted per question."""
    profile = Profile.objects.create(team=team, pool=pool, question_set=question_set(), ready=True)
    first, second = pool.experts.all()
    for expert, right in ((first, 1), (second, 4)):
        ProfileCell.objects.create(
            profile=profile, expert=expert, skill="sums", right=right, wrong=5 - right
        )
    stored = counted_profile(profile, [first, second])
    assert (stored.answered, stored.strongest) == ({}, [str(second.pk), str(first.pk)])


@pytest.mark.usefixtures("nobody_listens")
@pytest.mark.parametrize("recruiter", ["paper", "paper-top-k", "ours"])
def test_a_match_in_another_field_counts_as_the_recruiter_says(
    team: Team, pool: Pool, question_set: MakeSet, recruiter: str
) -> None:
    profile = built(pool, question_set, [(["thermodynamics"], "correct", "incorrect")] * 3)
    while embed_some(profile.question_set, pool.embedder):
        pass
    run = Run(
        team=team, pool=pool, question_set=question_set(), profile=profile,
        method="skill-moe", recruiter=recruiter, writer="majority",
    )  # fmt: skip
    match = plan_for(run)("q1").match
    assert [m.skill for m in match(["heat", "monetary policy"])] == (
        ["heat"] if recruiter == "ours" else ["heat", "monetary policy"]
    )

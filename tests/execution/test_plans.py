"""What a run fixes for all its questions."""

import pytest

from tests.conftest import MakeSet
from webapp.accounts.models import Team
from webapp.execution.plans import stored_profile
from webapp.experts.models import Pool
from webapp.runs.models import Profile, ProfileCell

pytestmark = pytest.mark.django_db


def test_a_profile_of_before_is_still_of_use(team: Team, pool: Pool, question_set: MakeSet) -> None:
    """It has cells, but nothing counted per question."""
    profile = Profile.objects.create(team=team, pool=pool, question_set=question_set(), ready=True)
    first, second = pool.experts.all()
    for expert, right in ((first, 1), (second, 4)):
        ProfileCell.objects.create(
            profile=profile, expert=expert, skill="sums", right=right, wrong=5 - right
        )
    stored = stored_profile(profile, [first, second])
    assert (stored.answered, stored.strongest) == ({}, [str(second.pk), str(first.pk)])

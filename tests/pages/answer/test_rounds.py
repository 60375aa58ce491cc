"""The rounds of a debate, wherever they are shown."""

import json

import pytest
from django.test import Client

from gpu_worker.fake_engine import FakeEngine
from moe_core.engine import Checkpoint, Prompt
from tests.conftest import MakeSet
from tests.execution.ranked import ranked_profile, start
from tests.execution.serving import serve
from webapp.accounts.models import Team
from webapp.experts.models import Pool
from webapp.exports import responses
from webapp.runs.models import Answer, Profile

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("nobody_listens")]


@pytest.fixture
def profile(team: Team, pool: Pool, question_set: MakeSet) -> Profile:
    return ranked_profile(team, pool, question_set("validation"))


def test_rounds_on_the_page_in_the_results_and_in_the_export(
    profile: Profile, question_set: MakeSet, signed_in: Client
) -> None:
    def growing(checkpoint: Checkpoint, prompt: Prompt) -> str:
        again = prompt.text.count("Your earlier response")
        return f"Take {again} of {checkpoint.source[-1]}: \\boxed{{{checkpoint.source[-1]}}}"

    run = serve(start(profile, question_set("test", 1), "debate"), FakeEngine(growing))
    page = signed_in.get(run.get_absolute_url()).content.decode()
    for shown in ("task-top-k", "until all agree, at most 3", "the majority vote"):
        assert shown in page
    answer = Answer.objects.get(run=run)
    page = signed_in.get(f"{run.get_absolute_url()}/questions/{answer.pk}").content.decode()
    places = [page.index(f"Round {n}<") for n in (1, 2, 3)]
    assert places == sorted(places) and page.count("Seat 2") >= 3
    assert "stands by its last response that states an answer" in page
    written = [json.loads(line) for line in "".join(responses.lines(run, None)).splitlines()]
    assert [row["output"][:6] for row in written] == ["Take 0", "Take 0"]

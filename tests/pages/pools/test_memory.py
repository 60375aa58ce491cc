"""What a pool's page says of memory."""

import pytest
from django.test import Client
from pytest_django import Settings

from tests.pages.reading import flat
from webapp.accounts.models import Team
from webapp.experts.memory import GB
from webapp.experts.models import Expert, Pool
from webapp.experts.presets import PAPER_EXPERTS
from webapp.machine.gpus import Gpu

pytestmark = pytest.mark.django_db

CARD = Gpu(0, "A card", 24 * GB, 0, (8, 9), None, None)


@pytest.fixture
def no_gpu(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("webapp.queue.gpus.gpus", list)


@pytest.fixture
def one_gpu(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("webapp.queue.gpus.gpus", lambda: [CARD])
    monkeypatch.setattr("webapp.queue.gpus.is_cuda", lambda: True)


@pytest.fixture
def papers(team: Team) -> Pool:
    """The paper's sixteen, one that nothing is known of, and two that vLLM does not run."""
    made = Pool.objects.create(team=team, name="Paper")
    for preset in PAPER_EXPERTS:
        made.experts.create(
            name=preset.name, source=preset.source, max_model_len=preset.max_model_len
        )
    made.experts.create(name="Unheard of", source="somebody/something")
    made.experts.create(name="Far", source="x", engine="openai", endpoint="http://127.0.0.1:1/v1")
    made.experts.create(name="Logs", source="y", engine="recorded", team=team)
    return made


def page_of(client: Client, pool: Pool) -> str:
    """Without what says who is in the pool."""
    return flat(client.get(pool.get_absolute_url()).content.decode()).split("Build a profile")[1]


@pytest.mark.usefixtures("no_gpu")
def test_without_a_gpu_there_are_four_sizes_of_gpu(signed_in: Client, pool: Pool) -> None:
    """By the demo's own checkpoints; annotator and aggregator are loaded too."""
    page = page_of(signed_in, pool)
    assert "All 4 fit this machine&#x27;s CPU, estimated" in page
    assert "On a GPU of 24 GB, 48 GB, 80 GB, 141 GB" in page
    assert page.count("<td>fits</td>") == 4 * 5
    assert "can sleep" not in page


@pytest.mark.usefixtures("one_gpu")
def test_on_a_gpu_it_is_about_that_one(signed_in: Client, papers: Pool, settings: Settings) -> None:
    settings.SLEEP_GB = 200
    page = page_of(signed_in, papers)
    assert "on A card, estimated" in page and "On a GPU of" not in page
    assert "fits with 21,504 of 131,072 tokens" in page
    assert "needs fp8: with quantisation fp8 it has 12.7 GB of weights" in page
    assert "fits (sizes not verified)" in page
    assert "not known: its files are not here yet" in page
    assert "1 of the others can sleep (200 GB of host memory for weights)" in page
    assert "Far" not in page and "Logs" not in page
    settings.SLEEP_GB = 0
    page = page_of(signed_in, papers)
    assert "No expert sleeps: each comes back by a load" in page
    assert "fits with 40,960 of 131,072 tokens" in page


def test_a_pool_of_which_vllm_runs_nothing_says_nothing(signed_in: Client, team: Team) -> None:
    pool = Pool.objects.create(team=team, name="Logs")
    pool.experts.create(name="Logs", source="y", engine="recorded", team=team)
    assert "Memory" not in signed_in.get(pool.get_absolute_url()).content.decode()


def test_the_form_says_what_an_empty_context_length_is(signed_in: Client) -> None:
    assert "as many as fit the memory" in signed_in.get("/experts/new").content.decode()
    expert = Expert.objects.create(name="one", source="somebody/something")
    page = flat(signed_in.get(expert.get_absolute_url()).content.decode())
    assert "as much as fits the memory, at most what the model was made for" in page

"""What an expert's page shows of the model behind it."""

import json
from pathlib import Path

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from tests.experts.memory.checkpoints import LLAMA, dense, write
from tests.pages.reading import flat
from tests.small_hub import SmallHub
from webapp.experts.models import Expert, Pool
from webapp.runs.models import Visit, Worker

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("nobody_listens")]


def page_of(client: Client, expert: Expert) -> str:
    return flat(client.get(expert.get_absolute_url()).content.decode())


def test_a_checkpoint_that_is_here(signed_in: Client, pool: Pool) -> None:
    expert = pool.experts.all()[0]
    page = page_of(signed_in, expert)
    for shown in (
        "<dt>Parameters</dt><dd>172 k</dd>",
        "made for 1,024 tokens",
        "<dt>Runs with</dt><dd>1,024 tokens, as it is set</dd>",
        "0.3 MB of weights, 0.7 MB for 1,000 tokens of cache",
        "not known: see the model's page",
        "It computes in ",
        "1 thread, 256 MB of cache",
        "<dt>Last used</dt><dd>never</dd>",
    ):
        assert shown in page, shown


def test_what_the_files_say(signed_in: Client, tmp_path: Path) -> None:
    folder = write(tmp_path, {**LLAMA, "max_position_embeddings": 131_072}, dense())
    (folder / "README.md").write_text("---\nlicense: other\nlicense_name: ours\n---\nText.")
    page = page_of(signed_in, Expert.objects.create(name="mine", source=str(folder)))
    assert "<dd>ours</dd>" in page and "made for 131,072 tokens" in page
    assert "131,072 tokens, as many as fit" in page
    (folder / "README.md").unlink()
    (folder / "LICENSE.txt").write_text("Do what you like.")
    page = page_of(signed_in, Expert.objects.get())
    assert "<dd>see its file LICENSE.txt</dd>" in page


def test_a_model_that_is_not_here_yet(signed_in: Client) -> None:
    known = Expert.objects.create(name="Qwen", source="Qwen/Qwen2.5-7B-Instruct")
    page = page_of(signed_in, known)
    assert "<dd>7.6 B</dd>" in page and "14.2 GB of weights" in page
    assert "downloaded from the hub when it first loads" in page
    unknown = page_of(signed_in, Expert.objects.create(name="What", source="nobody/what"))
    assert unknown.count("not known") == 4  # licence, parameters, context, memory


def test_files_that_are_gone(signed_in: Client) -> None:
    page = page_of(signed_in, Expert.objects.create(name="gone", source="/nowhere/at/all"))
    assert "not here: the folder is gone" in page


def test_an_endpoint_has_only_what_its_name_says(signed_in: Client) -> None:
    far = Expert.objects.create(
        name="Far", engine="openai", source="far/Some-70B", endpoint="http://far/v1"
    )
    page = page_of(signed_in, far)
    assert "about 70 B" in page and "Licence" not in page and "of weights" not in page


def test_the_last_use_is_that_of_the_checkpoint(signed_in: Client, pool: Pool) -> None:
    """Experts that differ in their limits share their stays."""
    expert = pool.experts.all()[0]
    other = Expert.objects.create(name="same", source=expert.source, max_model_len=1024)
    worker = Worker.objects.create(host="here", pid=1)
    Visit.objects.create(worker=worker, expert=expert, generations=1)
    Visit.objects.create(worker=worker, expert=expert, generations=1_234)
    for one in (expert, other):
        assert "1,234 generations" in page_of(signed_in, one)


def test_the_page_asks_little(
    signed_in: Client, pool: Pool, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    expert = pool.experts.all()[0]
    with django_assert_max_num_queries(14):
        page_of(signed_in, expert)


def test_recorded_experts_have_no_model(signed_in: Client, recorded_pool: Pool) -> None:
    assert "facts-title" not in page_of(signed_in, recorded_pool.experts.all()[0])


def test_adding_says_what_is_taken_for_what(signed_in: Client) -> None:
    given = {
        "name": "Mine", "source": "demo/experts/tiny-01", "engine": "vllm", "dtype": "auto",
        "max_new_tokens": 100, "temperature": 0.7, "concurrency": 8, "timeout_seconds": 120,
        "tensor_parallel_size": 1, "engine_seed": 0, "load_format": "safetensors",
        "tokenizer_mode": "auto", "config_format": "auto",
    }  # fmt: skip
    signed_in.post("/experts/new", given)
    expert = Expert.objects.get()
    assert expert.is_local and expert.source.endswith("/demo/experts/tiny-01")
    wrong = {**given, "name": "Long", "max_model_len": 4096, "chat_template_options": "{}"}
    page = signed_in.post("/experts/new", wrong).content.decode()
    assert "set at most 1024" in page
    wrong["chat_template_options"] = json.dumps({"tokenize": False})
    assert "Leave out tokenize" in signed_in.post("/experts/new", wrong).content.decode()
    assert (
        "this is none"
        in signed_in.post("/experts/new", {**given, "name": "New", "check": "1"}).content.decode()
    )
    assert Expert.objects.count() == 1


def test_a_check_on_the_hub_adds_nothing(signed_in: Client, hub: SmallHub) -> None:
    given = {
        "name": "Mine", "source": "us/model", "engine": "vllm", "dtype": "auto", "check": "1",
        "max_new_tokens": 100, "temperature": 0.7, "concurrency": 8, "timeout_seconds": 120,
        "tensor_parallel_size": 1, "engine_seed": 0, "load_format": "safetensors",
        "tokenizer_mode": "auto", "config_format": "auto",
    }  # fmt: skip
    page = flat(signed_in.post("/experts/new", given).content.decode())
    assert "The hub has it: licence apache-2.0, 172,000 parameters." in page
    assert "Nothing is added yet." in page and 'value="us/model"' in page
    page = signed_in.post("/experts/new", {**given, "source": "us/none"}).content.decode()
    assert "The hub has no model us/none" in page
    assert not Expert.objects.exists()


def test_experts_that_are_there_stay_valid(signed_in: Client, tmp_path: Path) -> None:
    """One that was added before its mistake was looked for can be changed in everything else."""
    folder = write(tmp_path, LLAMA, dense())
    (folder / "tokenizer.json").write_text("{}")
    expert = Expert.objects.create(name="old", source=str(folder))
    expert.caution = "Slow."
    expert.full_clean()
    expert.chat_template_options = {"depth": 1}
    with pytest.raises(Exception, match="no chat template"):
        expert.full_clean()

"""How an expert is asked, as its page says it: its own settings, and its checkpoint's."""

import json
import shutil
from pathlib import Path

import pytest
from django.test import Client

from tests.conftest import DEMO
from webapp.experts.models import Expert

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("nobody_listens")]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "expert"
    shutil.copytree(DEMO / "experts" / "tiny-01", made)
    said = {"do_sample": True, "temperature": 0.6, "top_p": 0.95, "top_k": 20, "eos_token_id": 2}
    (made / "generation_config.json").write_text(json.dumps(said))
    return made


def page_of(client: Client, expert: Expert) -> str:
    return " ".join(client.get(expert.get_absolute_url()).content.decode().split())


def test_what_the_checkpoint_asks_for_is_shown(signed_in: Client, folder: Path) -> None:
    page = page_of(signed_in, Expert.objects.create(name="Some", source=str(folder), top_k=5))
    assert "<dt>Temperature</dt> <dd>0.6, as the checkpoint asks</dd>" in page
    assert "<dt>Top-p</dt> <dd>0.95, as the checkpoint asks</dd>" in page
    assert "<dt>Top-k</dt> <dd>5</dd>" in page and "Presence penalty" not in page


def test_the_page_says_what_each_purpose_may_write(signed_in: Client, folder: Path) -> None:
    expert = Expert.objects.create(
        name="Some", source=str(folder), max_new_tokens=32_768, annotation_tokens=1_024,
        annotation_options={"enable_thinking": False}, system_prompt="Be <b>brief</b>.",
        reasoning_parser="qwen3",
    )  # fmt: skip
    page = page_of(signed_in, expert)
    assert "<dt>Responses</dt><dd>at most 32,768 new tokens</dd>" in page
    assert "<dt>Final answers</dt><dd>at most 32,768 new tokens</dd>" in page
    assert "1,024 new tokens, with {&quot;enable_thinking&quot;: false}" in page
    assert "Be &lt;b&gt;brief" in page and "parser <code>qwen3</code>" in page


def test_of_an_endpoint_its_server_knows(signed_in: Client) -> None:
    far = Expert.objects.create(
        name="Far", engine="openai", endpoint="http://far/v1", source="m", top_p=0.5
    )
    page = page_of(signed_in, far)
    assert "<dt>Temperature</dt> <dd>as its server has it</dd>" in page
    assert "<dt>Top-p</dt> <dd>0.5</dd>" in page


def test_a_parser_is_known_and_keeps_the_usual_mark(signed_in: Client) -> None:
    from tests.pages.experts.test_views_edit import GIVEN

    given = {**GIVEN, "reasoning_parser": "qwen3", "end_of_thinking": "</think>"}
    page = signed_in.post("/experts/new", {**given, "reasoning_parser": "qwen9"}).content.decode()
    assert "has no reasoning parser qwen9: it has deepseek_r1," in page
    page = signed_in.post("/experts/new", {**given, "end_of_thinking": "[x]"}).content.decode()
    assert "leave that setting as it was" in page
    signed_in.post("/experts/new", given)
    assert Expert.objects.get().reasoning_parser == "qwen3"

"""Who thinks, how that is turned off, and how much a try may write."""

import json
from pathlib import Path
from typing import Any

import pytest

from moe_core.values import Purpose
from webapp.experts.budgets import budget_of
from webapp.experts.models import Expert
from webapp.experts.thinking import is_off, switch_off, thinks

QWEN = "{%- if enable_thinking is defined and not enable_thinking %}<think>{% endif %}"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "tokenizer_config.json").write_text(json.dumps({"chat_template": "{{ message }}"}))
    return tmp_path


def expert(folder: Path | str, **settings: Any) -> Expert:
    return Expert(source=str(folder), **settings)


def usual_limit(of: Expert) -> int:
    return budget_of(of, Purpose.TRY).tokens


def test_a_template_on_this_machine_tells_who_thinks(folder: Path) -> None:
    plain = expert(folder)
    assert (thinks(plain), switch_off(plain), usual_limit(plain)) == (False, {}, 512)
    (folder / "chat_template.jinja").write_text(QWEN)
    assert (thinks(plain), usual_limit(plain)) == (True, 4096)
    assert switch_off(plain) == {"enable_thinking": False}
    (folder / "chat_template.jinja").write_text("{{ content.split('</think>') }}")
    assert thinks(plain) and switch_off(plain) == {}
    assert not thinks(expert(folder, end_of_thinking=""))
    assert not thinks(expert(folder, end_of_thinking="[/THINK]"))


def test_several_templates_by_name_are_read_as_well(folder: Path) -> None:
    named = {"chat_template": [{"name": "default", "template": QWEN}]}
    (folder / "tokenizer_config.json").write_text(json.dumps(named))
    assert switch_off(expert(folder)) == {"enable_thinking": False}


@pytest.mark.parametrize("content", ["", "[]", "{", '{"chat_template": null}'])
def test_a_template_that_cannot_be_read(folder: Path, content: str) -> None:
    (folder / "tokenizer_config.json").write_text(content)
    found = expert(folder)
    assert thinks(found) and switch_off(found) == {}, "the end of thinking is all that is known"


def test_of_an_endpoint_its_settings_tell() -> None:
    far: dict[str, Any] = {"engine": "openai", "endpoint": "http://far/v1", "source": "far/model"}
    assert thinks(Expert(**far)) and not thinks(Expert(**far, end_of_thinking=""))
    assert switch_off(Expert(**far)) == {}
    on, off = {"thinking": True}, {"thinking": False}
    assert switch_off(Expert(**far, chat_template_options=on)) == off
    assert not thinks(Expert(**far, chat_template_options=off))
    assert is_off(off) and not is_off(on) and not is_off(None)


def test_a_try_has_no_more_than_a_run_would(folder: Path) -> None:
    assert usual_limit(expert(folder, max_new_tokens=120)) == 120


def test_annotations_are_short_and_without_thinking(folder: Path) -> None:
    plain = expert(folder)

    def annotating(of: Expert) -> tuple[int, dict[str, Any]]:
        budget = budget_of(of, Purpose.ANNOTATE)
        return budget.tokens, dict(budget.options)

    assert annotating(plain) == (256, {})
    assert annotating(expert(folder, max_new_tokens=24)) == (24, {})
    (folder / "chat_template.jinja").write_text(QWEN)
    assert annotating(plain) == (1024, {"enable_thinking": False})
    assert annotating(expert(folder, annotation_tokens=99, annotation_options={})) == (99, {})
    assert annotating(expert(folder, chat_template_options={"enable_thinking": False})) == (256, {})
    (folder / "chat_template.jinja").write_text("{{ '<think>' }}{{ content.split('</think>') }}")
    assert annotating(plain) == (4096, {}), "no switch is known: it has to come to an end"
    (folder / "chat_template.jinja").write_text("{{ reasoning_effort }}</think>")
    assert annotating(plain) == (4096, {"reasoning_effort": "low"})
    assert annotating(Expert(source="far/away")) == (1024, {}), "nobody can tell"


def test_final_answers_have_a_budget_of_their_own(folder: Path) -> None:
    own = expert(folder, aggregation_tokens=77, aggregation_options={"enable_thinking": False})
    for purpose in (Purpose.AGGREGATE, Purpose.TRIAL):
        budget = budget_of(own, purpose)
        assert (budget.tokens, budget.options) == (77, {"enable_thinking": False})
        assert budget_of(expert(folder), purpose).tokens == 4096
    assert budget_of(own, Purpose.RESPOND).tokens == budget_of(own, Purpose.PROFILE).tokens == 4096

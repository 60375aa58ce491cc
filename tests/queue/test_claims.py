"""What a visit claims."""

import pytest

from moe_core.annotations import SCHEMA
from moe_core.engine import SAMPLING
from webapp.accounts.models import Team
from webapp.execution.advance import advance_run
from webapp.execution.start import submit_profile
from webapp.execution.trying import submit_try
from webapp.experts.models import Expert, Pool
from webapp.questions.models import QuestionSet
from webapp.queue import claims, workers
from webapp.runs.models import Visit

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("nobody_listens")]

HUB = "somebody/some-model"


def test_experts_that_only_stop_differently_share_a_stay(team: Team) -> None:
    """And each generation has the stop strings of its own expert."""
    plain = Expert.objects.create(name="plain", source=HUB)
    brief = Expert.objects.create(name="brief", source=HUB, stop_strings=["\n\n", "###"])
    assert plain.engine_key == brief.engine_key
    for expert in (plain, brief):
        submit_try(team, None, expert, "What is 1+1?")
    with workers.registered_worker() as worker:
        visit = Visit.objects.create(worker=worker, expert=plain)
        claimed = claims.claim(worker, visit, 0).prompts
    assert [prompt.stop for prompt in claimed] == [(), ("\n\n", "###")]


def test_a_prompt_goes_out_as_its_expert_is_set(team: Team) -> None:
    drawn = {name: (n + 1) / 10 for n, name in enumerate(SAMPLING)} | {"top_k": 7}
    full = Expert.objects.create(
        name="full", source=HUB, temperature=0.0, **drawn, system_prompt="Be brief.",
        chat_template="{{ x }}", chat_template_options={"a": 1, "b": 2},
        annotation_options={"b": 3}, annotation_tokens=9, reasoning_parser="qwen3",
        end_of_thinking="</think>",
    )  # fmt: skip
    plain = Expert.objects.create(name="plain", source=HUB)
    assert full.engine_key == plain.engine_key, "all of that goes with prompts"
    for expert in (full, plain):
        submit_try(team, None, expert, "What is 1+1?")
    with workers.registered_worker() as worker:
        visit = Visit.objects.create(worker=worker, expert=plain)
        first, second = claims.claim(worker, visit, 0).prompts
    assert (first.temperature, first.system, first.reasoning_parser) == (0.0, "Be brief.", "qwen3")
    assert first.sampling == drawn and first.end_of_thinking == "</think>"
    assert first.chat_template_options == {"chat_template": "{{ x }}", "a": 1, "b": 2}
    assert (second.temperature, second.sampling, second.chat_template_options) == (None, {}, {})
    assert (second.system, second.reasoning_parser) == ("", "")


def test_annotations_have_a_budget_and_options_of_their_own(
    team: Team, pool: Pool, validation: QuestionSet
) -> None:
    assert pool.annotator is not None
    Expert.objects.filter(pk=pool.annotator.pk).update(
        annotation_tokens=9, annotation_options={"b": 3}, chat_template_options={"a": 1, "b": 2}
    )
    run = submit_profile(team, None, pool, validation)
    advance_run(run.pk)
    with workers.registered_worker() as worker:
        visit = Visit.objects.create(worker=worker, expert=pool.annotator)
        named, *_ = claims.claim(worker, visit, 0).prompts
    assert (named.max_tokens, named.temperature) == (9, 0.7)
    assert named.chat_template_options == {"a": 1, "b": 3}


@pytest.mark.parametrize("is_structured", [True, False])
def test_only_annotations_of_a_pool_that_says_so_are_held_to_a_list(
    team: Team, pool: Pool, validation: QuestionSet, is_structured: bool
) -> None:
    pool.is_structured = is_structured
    pool.save()
    run = submit_profile(team, None, pool, validation)
    advance_run(run.pk)
    assert pool.annotator is not None
    with workers.registered_worker() as worker:
        schemas = [
            prompt.schema
            for expert in (pool.annotator, pool.experts.all()[0])
            for prompt in claims.claim(
                worker, Visit.objects.create(worker=worker, expert=expert), 1
            ).prompts
        ]
    named, answered = 5 * validation.size, validation.size
    assert schemas == [SCHEMA if is_structured else None] * named + [None] * answered


def test_a_questions_messages_are_sent_where_it_is_asked_by_itself(
    team: Team, pool: Pool, validation: QuestionSet
) -> None:
    """Its text has them joined, for the annotator and whoever else reads it."""
    system, asked = "Answer with a number.", "What is 3 * 4?"
    messages = [{"role": "system", "content": system}, {"role": "user", "content": asked}]
    validation.questions.update(text=f"{system}\n\n{asked}", options=[], messages=messages)
    run = submit_profile(team, None, pool, validation)
    advance_run(run.pk)
    assert pool.annotator is not None
    with workers.registered_worker() as worker:
        for expert, before in (
            (pool.annotator, ()),
            (pool.experts.all()[0], (("system", system),)),
        ):
            visit = Visit.objects.create(worker=worker, expert=expert)
            claimed = claims.claim(worker, visit, 1).prompts
            assert claimed and {prompt.before for prompt in claimed} == {before}
            for prompt in claimed:
                assert asked in prompt.text and (system in prompt.text) == (not before)
                assert prompt.messages[-1] == {"role": "user", "content": prompt.text}

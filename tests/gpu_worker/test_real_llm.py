"""Everything once with a real LLM: SmolLM2, 135 million parameters, which is mostly wrong.

So nothing is said here of how well it answers: only that everything is asked, written, read and
counted. `make try-real`'s own command does the work, with the product's workers; then two experts
whose template has them think, and vLLM's own server beside the product's engine. Skipped where the
package index is out of reach.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db.models import Count, QuerySet, Sum
from django.test import Client
from pytest_django import DjangoDbBlocker
from transformers import AutoTokenizer

from moe_core.engine import Checkpoint, Prompt
from moe_core.extraction import final_text
from moe_core.values import Purpose, Verdict
from tests.commands.running import manage
from tests.gpu_worker.real_llm import made, served_by_vllm, thinking_copy, wait_for_server
from tests.gpu_worker.taken_prompts import taken
from tests.gpu_worker.workers import RealWorkers
from webapp.accounts.models import Team, User
from webapp.commands.demo import FOLDER, keep_sets
from webapp.commands.real import SETS
from webapp.execution.start import submit_run
from webapp.experts.models import Expert, Pool
from webapp.progress.loads import stages_and_all
from webapp.questions.models import QuestionSet
from webapp.runs.models import AggregatorRank, Answer, Generation, Profile, ProfileTotal, Run

pytestmark = pytest.mark.django_db

SETTINGS = ("--dtype", "float32", "--max-model-len", "2048", "--temperature", "0")
QUESTIONS = 4  # of each of `make try-real`'s sets: enough for everything to happen
SECONDS = 300  # for a run, on two busy cores


@dataclass(frozen=True)
class Done:
    """What was done, all of it before the first test looks."""

    printed: str  # by try_real
    tried: list[int]  # its runs
    thought: int
    both: int  # the run of the engine's expert and the server's


@pytest.fixture(scope="module")
def checkpoint() -> Path:
    return made()


@pytest.fixture(scope="module")
def done(
    checkpoint: Path,
    tmp_path_factory: pytest.TempPathFactory,
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
) -> Iterator[Done]:
    """Once for all tests of this file: they share its loads, and only read."""
    folder = tmp_path_factory.mktemp("real")
    thinking = thinking_copy(checkpoint, folder / "thinking")
    with django_db_blocker.unblock():
        team = Team.objects.create(name="Real")
        User.objects.create_superuser("real", password="a password", team=team)
        workers = RealWorkers(folder)
        try:
            workers.start("default")
            workers.start("gpu")
            workers.start("endpoints")
            yield _everything(workers, team, checkpoint, thinking)
        finally:
            workers.stop()
            call_command("flush", interactive=False, verbosity=0)


def _everything(workers: RealWorkers, team: Team, checkpoint: Path, thinking: Path) -> Done:
    log = workers.folder / "server.log"
    _keep_a_few_questions(team, workers.folder)
    printed = manage("try_real", "--web-url", "http://here")
    tried = list(Run.objects.order_by("pk").values_list("pk", flat=True))
    with served_by_vllm(checkpoint, "smol", log) as address:
        manage("add_expert", "far", "smol", "--endpoint", address, "--max-new-tokens", 40,
               "--temperature", 0)  # fmt: skip
        manage("add_expert", "near", checkpoint, *SETTINGS, "--max-new-tokens", 40)
        manage("add_expert", "thinker", thinking, *SETTINGS, "--max-new-tokens", 64)
        manage("add_expert", "cut-off", thinking, *SETTINGS, "--max-new-tokens", 4)
        wait_for_server(address, log)
        both = _all_answer(team, "near", "far")
        thought = _all_answer(team, "thinker", "cut-off")
        workers.finish(both, thought, seconds=SECONDS)
    return Done(printed, tried, thought.pk, both.pk)


def _keep_a_few_questions(team: Team, folder: Path) -> None:
    """Under the names by which `try_real` finds its sets."""
    for kind in SETS:
        lines = (FOLDER / "real" / f"{kind}.jsonl").read_text().splitlines(keepends=True)
        (folder / f"{kind}.jsonl").write_text("".join(lines[:QUESTIONS]))
    keep_sets(team, SETS, folder)


def _all_answer(team: Team, *names: str) -> Run:
    pool = Pool.objects.create(team=team, name=" and ".join(names))
    pool.experts.set(Expert.objects.filter(name__in=names))
    questions = QuestionSet.objects.get(kind="test")
    return submit_run(
        team, None, pool=pool, questions=questions, method="all-experts", writer="majority"
    )


def outputs(run: int, expert: str) -> QuerySet[Generation]:
    return Generation.objects.filter(run=run, expert__name=expert).order_by("answer")


@cache
def template(folder: Path) -> Any:
    return AutoTokenizer.from_pretrained(folder).apply_chat_template


def rendered(folder: Path, text: str) -> list[int]:
    """As transformers makes it of a prompt, without anything of ours."""
    message = [{"role": "user", "content": text}]
    ids: list[int] = template(folder)(message, add_generation_prompt=True, return_dict=False)
    return ids


def test_nothing_failed_and_every_purpose_was_served(done: Done) -> None:
    assert not Run.objects.exclude(status=Run.Status.DONE).exists()
    assert not Generation.objects.exclude(status="done").exists()
    served = set(Generation.objects.values_list("purpose", flat=True))
    # A trial takes a question that one expert got right and two got wrong: there may be none.
    assert served | {Purpose.TRIAL.value} == {purpose.value for purpose in Purpose}
    for row in Generation.objects.select_related("expert"):
        assert 0 < row.tokens <= row.max_tokens == row.expert.max_new_tokens
        assert row.finish_reason in {"stop", "length"}
        assert row.tokens == row.max_tokens or not row.is_cut_off


def test_the_counts_add_up(done: Done) -> None:
    for run in Run.objects.filter(pk__in=done.tried).exclude(kind=Run.Kind.TRY):
        counted = run.progress.aggregate(asked=Sum("asked"), done=Sum("done"), n=Sum("tokens"))
        written = run.generations.aggregate(n=Sum("tokens"), rows=Count("pk"))
        assert counted["asked"] == counted["done"] == written["rows"] > 0
        assert counted["n"] == written["n"]
    answered = Run.objects.get(pk=done.tried[-1])
    verdicts = list(answered.answers.values_list("verdict", flat=True))
    assert answered.graded == len(verdicts) == QUESTIONS and "" not in verdicts
    assert answered.correct == verdicts.count(Verdict.CORRECT.value)
    assert f"{answered.correct} of {QUESTIONS} test questions right" in done.printed


def test_an_expert_is_loaded_once_for_all_that_is_asked_of_its_checkpoint(done: Done) -> None:
    """Four experts with settings of their own, and four runs: one load."""
    stages, together = stages_and_all(list(Run.objects.filter(pk__in=done.tried)))
    assert together == {"loads": 1, "distinct_experts": 1}
    assert all(figures["loads"] == 1 for figures in stages.values())
    assert "1 load in all" in done.printed


def test_the_profile_counts_every_question_once(done: Done) -> None:
    profile = Profile.objects.get()
    assert profile.ready and profile.ranked and profile.decision
    totals = ProfileTotal.objects.filter(profile=profile)
    assert [total.right + total.wrong for total in totals] == [QUESTIONS] * 3
    ranks = AggregatorRank.objects.filter(profile=profile)
    assert {rank.expert.name for rank in ranks} == {"smol-greedy", "smol-warm"}
    assert all(rank.written == QUESTIONS for rank in ranks)


def test_three_experts_respond_to_each_question_and_one_writes_the_answer(done: Done) -> None:
    for answer in Answer.objects.filter(run=done.tried[-1]):
        asked = answer.generations.values_list("purpose", flat=True)
        assert sorted(asked) == ["aggregate", *["annotate"] * (len(asked) - 4), *["respond"] * 3]
        shown = answer.generations.get(purpose="aggregate").prompt
        assert all(
            final_text(row.output).strip() in shown
            for row in answer.generations.filter(purpose="respond")
        )


def test_settings_that_go_with_each_prompt(done: Done) -> None:
    """A stop string, a limit and a temperature, in one engine with experts that have others."""
    brief = Generation.objects.filter(expert__name="smol-brief")
    assert brief.exists()
    assert not brief.filter(output__contains="\n\n").exists()
    profiled = Generation.objects.filter(purpose="profile")
    greedy = dict(profiled.filter(expert__name="smol-greedy").values_list("prompt", "output"))
    warm = dict(profiled.filter(expert__name="smol-warm").values_list("prompt", "output"))
    assert greedy.keys() == warm.keys() and greedy != warm


def test_what_a_try_measures(done: Done) -> None:
    tried = Run.objects.get(pk=done.tried[0]).expert
    assert tried is not None and tried.load_seconds and tried.tokens_per_second
    assert not Expert.objects.exclude(problem="").exists()


def test_every_prompt_is_as_long_as_the_template_makes_it(done: Done, checkpoint: Path) -> None:
    """The engine's count for each, vLLM's own server's too."""
    for row in Generation.objects.select_related("expert"):
        folder = Path(row.expert.source) if row.expert.engine == "vllm" else checkpoint
        assert row.prompt_tokens == len(rendered(folder, row.prompt)), row.expert.name


def test_thinking_is_apart_from_the_answer(done: Done, client: Client) -> None:
    thought = [row for row in outputs(done.thought, "thinker") if "</think>" in row.output]
    assert thought, "no output closes its thinking"
    for row in thought:
        assert row.expert.end_of_thinking == "</think>"
        assert final_text(row.output) == row.output.rpartition("</think>")[2]
    client.force_login(User.objects.get())
    for row in outputs(done.thought, "thinker"):
        assert row.output.startswith("<think>"), "the template begins the thinking"
        page = client.get(f"/runs/{done.thought}/questions/{row.answer_id}").content.decode()
        assert "<summary>Thinking</summary>" in page
        assert "It was still thinking when it ended" in page, "the other expert's was cut off"


def test_thinking_that_is_cut_off_at_once_is_no_answer(done: Done) -> None:
    cut = list(outputs(done.thought, "cut-off"))
    assert [row.finish_reason for row in cut] == ["length"] * QUESTIONS
    assert not [row.output for row in cut if "</think>" in row.output]
    assert {final_text(row.output) for row in cut} == {""}
    assert {row.stated for row in cut} == {None}
    assert {row.verdict for row in cut} == {Verdict.NO_ANSWER.value}


def test_vllms_own_server_writes_what_the_engine_writes(done: Done) -> None:
    """Greedily, in float32: the same prompts, the same texts, by the same product."""
    near = outputs(done.both, "near").values_list("prompt", "output", "tokens", "prompt_tokens")
    far = outputs(done.both, "far").values_list("prompt", "output", "tokens", "prompt_tokens")
    assert len(near) == QUESTIONS
    assert list(near) == list(far)


def test_the_engine_gets_the_tokens_that_the_template_makes(checkpoint: Path) -> None:
    texts = ["What is 17 + 25?", " Ünïcode,\n\n\ttabs and 1984 ", "<|im_end|> <think>"]
    asked = [Prompt(n, text, 0.0, 1, 1) for n, text in enumerate(texts)]
    loaded = Checkpoint(str(checkpoint), max_model_len=512, dtype="float32")
    found = taken(loaded, asked)
    assert found[:2] == [rendered(checkpoint, text) for text in texts[:2]]
    decode = AutoTokenizer.from_pretrained(checkpoint).decode
    assert decode(found[2]) == decode(rendered(checkpoint, texts[2])), "nothing is lost of it"
    assert found[2] != rendered(checkpoint, texts[2]), "and it ends no turn"
    decoded = decode(found[0])
    # The published template of SmolLM2-135M-Instruct, with its own words for the system.
    assert decoded == (
        "<|im_start|>system\nYou are a helpful AI assistant named SmolLM, trained by Hugging Face"
        "<|im_end|>\n<|im_start|>user\nWhat is 17 + 25?<|im_end|>\n<|im_start|>assistant\n"
    )

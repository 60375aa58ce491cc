"""Question sets of a benchmark: guessed, chosen, changed, and asked in its wording."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import Settings

from gpu_worker.fake_engine import FakeEngine
from moe_core.benchmarks import BENCHMARKS
from moe_core.engine import Checkpoint, Prompt
from moe_core.values import Purpose
from moe_core.wordings import PAPER, PLAIN
from tests.conftest import ROOT, MakeSet
from tests.moe_core.test_wordings import OWN
from tests.webapp.commands import an_expert, manage_with_workers
from webapp.accounts.models import Team
from webapp.experts.models import Expert, Pool
from webapp.experts.presets import PRESETS
from webapp.files.errors import FileRefused
from webapp.questions.benchmarks import guessed
from webapp.questions.models import Question, QuestionSet
from webapp.questions.taking import TakenQuestions, take_questions
from webapp.questions.wordings import check_wordings, wording_for
from webapp.runs.models import Generation, Run

MMLU_PRO = {"options": "options", "answer": "answer", "answer_index": "answer_index"}
GPQA = {"correct": "Correct Answer", "incorrect": ["Incorrect Answer 1"]}
MEDMCQA = {"options": ["opa", "opb", "opc", "opd"], "answer_index": "cop"}
MATHS = {"question": "problem", "answer": "answer"}
PAPERS = {"question": "question", "answer": "gold_answer"}
OPEN = [{"problem": "1 + 1?", "answer": "2"}, {"problem": "1 + 2?", "answer": "3"}]
CHOICE = [{"question": "?", "options": ["a", "b"], "answer": "A", "answer_index": 0}]


@pytest.mark.parametrize(
    ("columns", "filename", "benchmark"),
    [
        (MMLU_PRO, "test.parquet", "mmlu-pro"),
        (GPQA, "gpqa_diamond.csv", "gpqa"),
        (MEDMCQA, "dev.json", "medmcqa"),
        (MATHS, "AIME24_test.json", "aime"),
        (MATHS, "MATH-500.jsonl", ""),  # problem and answer are many sets' columns
        (PAPERS, "MMLU_Pro_train.json", "mmlu-pro"),
        (PAPERS, "AIME_and_GPQA.json", ""),
        (PAPERS, "mine.json", ""),
        ({"question": "question", "answer": "answer"}, "gpqa.json", ""),
    ],
)
def test_guessing(columns: dict[str, Any], filename: str, benchmark: str) -> None:
    assert guessed({"question": "question"} | columns, filename) == benchmark


def take(
    team: Team, rows: list[dict[str, Any]], filename: str = "mine.json", **how: Any
) -> TakenQuestions:
    file = SimpleUploadedFile(filename, json.dumps(rows).encode())
    return take_questions(team, None, file, filename, **({"name": "", "kind": "test"} | how))


def test_a_guess_is_told_and_can_be_overruled(team: Team) -> None:
    taken = take(team, CHOICE)
    assert taken.question_set.benchmark == "mmlu-pro"
    (told,) = taken.warnings
    assert "taken for MMLU-Pro" in told
    for chosen, stored in (("none", ""), ("gpqa", "gpqa")):
        taken = take(team, CHOICE, name=chosen, benchmark=chosen)
        assert taken.question_set.benchmark == stored
        assert not any("taken for" in warning for warning in taken.warnings)
    assert take(team, OPEN, name="maths").question_set.benchmark == ""
    with pytest.raises(FileRefused, match="choose one of guess, none, mmlu-pro, gpqa") as refused:
        take(team, OPEN, name="x", benchmark="mmlu")
    assert refused.value.field == "benchmark"


def test_a_set_that_is_not_like_its_benchmark(team: Team) -> None:
    taken = take(team, OPEN, benchmark="gpqa")
    assert taken.warnings == [
        "2 questions have no options, and those of GPQA have: is it the right benchmark?"
    ]
    assert take(team, CHOICE, benchmark="aime", name="x").warnings == [
        "1 question has options, and those of AIME have none: is it the right benchmark?"
    ]


def test_the_pages(signed_in: Client, team: Team, pool: Pool) -> None:
    file = SimpleUploadedFile("mine.json", json.dumps(OPEN).encode())
    upload = signed_in.post("/question-sets/new", {"file": file}, follow=True).context["upload"]
    form = {"name": "mine", "kind": "test", "benchmark": "aime"}
    address = f"{upload.get_absolute_url()}/store"
    page = signed_in.post(address, form, follow=True).content.decode()
    assert "AIME: asked in the wording" in page
    assert "Qwen2.5-7B annotates, R1-Distill-Qwen-7B aggregates" in page
    made = QuestionSet.objects.get()
    assert "<td>AIME</td>" in signed_in.get("/question-sets/").content.decode()

    change = f"/question-sets/{made.pk}/benchmark"
    page = signed_in.post(change, {"benchmark": "gpqa"}, follow=True).content.decode()
    assert "The benchmark of mine is GPQA." in page and "is it the right benchmark?" in page
    page = signed_in.post(change, {"benchmark": "x"}, follow=True).content.decode()
    assert "Choose one of the benchmarks" in page
    page = signed_in.post(change, {"benchmark": ""}, follow=True).content.decode()
    assert "mine is of no benchmark" in page and "asked in the product" in page

    Run.objects.create(team=team, pool=pool, question_set=made, method="all-experts")
    page = signed_in.post(change, {"benchmark": "aime"}, follow=True).content.decode()
    assert "Runs rest on its wording" in page and "Change the benchmark" not in page
    made.refresh_from_db()
    assert made.benchmark == ""

    others = QuestionSet.objects.create(team=Team.objects.create(name="Others"), name="theirs")
    assert signed_in.post(f"/question-sets/{others.pk}/benchmark").status_code == 404


def test_the_pool_form_is_filled_in(signed_in: Client) -> None:
    page = signed_in.get("/pools/new").content.decode()
    for benchmark in BENCHMARKS.values():
        assert f'<a href="?benchmark={benchmark.name}">{benchmark.title}</a>' in page
    assert signed_in.get("/pools/new?benchmark=mmlu").status_code == 404
    there = [
        Expert.objects.create(name=name, source=PRESETS[name].source)
        for name in ("Qwen2.5-7B", "R1-Distill-Qwen-7B", "Gemma-2-9B")
    ]
    answer = signed_in.get("/pools/new?benchmark=gpqa")
    page = answer.content.decode()
    assert "Not added yet, and so not in the pool: Llama-3.1-8B, Mistral-Nemo-12B" in page
    assert "which annotates in the paper, is not there" not in page
    assert page.count(" checked") == 3 + 1
    form = answer.context["form"]
    assert set(form["experts"].value()) == {expert.pk for expert in there}
    given = {bound.name: bound.value() for bound in form}
    signed_in.post("/pools/new?benchmark=gpqa", given)
    made = Pool.objects.get()
    assert (made.name, made.experts.count()) == ("Paper, GPQA", 3)
    assert made.annotator == there[0]
    assert made.candidates() == [there[1]]


def own_wordings(folder: Path, **files: object) -> Path:
    for name, content in files.items():
        text = content if isinstance(content, str) else json.dumps(content)
        (folder / f"{name}.json").write_text(text)
    return folder


def test_the_most_particular_wording_is_taken(settings: Settings, tmp_path: Path) -> None:
    def respond(benchmark: str) -> str:
        return wording_for(QuestionSet(benchmark=benchmark)).respond("Why?", [])

    assert wording_for(QuestionSet()) is PLAIN
    assert respond("aime") == PAPER.respond("Why?", [])
    own_wordings(tmp_path, **{"paper": OWN, "mmlu-pro": OWN | {"respond": "{question}! {closing}"}})
    settings.WORDINGS = str(tmp_path)
    assert respond("aime") == "Why? a box"
    assert respond("mmlu-pro") == "Why?! a box"
    assert wording_for(QuestionSet()) is PLAIN
    settings.WORDINGS = str(tmp_path / "mmlu-pro.json")
    assert respond("mmlu-pro") == "Why?! a box"
    assert respond("aime") == PAPER.respond("Why?", [])


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({}, "holds no .json file: put paper.json into it"),
        ({"plain": OWN}, "plain.json is for nothing known: call it one of paper, mmlu-pro, gpqa"),
        ({"gpqa": "{"}, "gpqa.json is no JSON"),
        ({"gpqa": "[" * 100_000}, "gpqa.json is no JSON"),
        ({"gpqa": "\udcff".encode("utf-8", "surrogateescape").decode("latin-1")}, "is no JSON"),
        ({"gpqa": OWN | {"respond": "{question}"}}, "gpqa.json has no {closing} in 'respond'"),
        ({"gpqa": OWN | {"respond": "x" * 2**20}}, "has more than 1 MB"),
    ],
)
def test_wordings_that_cannot_be_used(
    settings: Settings, tmp_path: Path, files: dict[str, Any], message: str
) -> None:
    settings.WORDINGS = str(own_wordings(tmp_path, **files))
    with pytest.raises(ImproperlyConfigured) as refused:
        check_wordings()
    assert str(refused.value).startswith("SKILLMOE_WORDINGS: ") and message in str(refused.value)


def test_a_wording_that_cannot_be_used_stops_the_start(tmp_path: Path) -> None:
    own_wordings(tmp_path, paper={"annotate": "{question}"})
    for place, message in (
        (tmp_path, "paper.json lacks respond, aggregate, trial"),
        (tmp_path / "nowhere", "which is not there: give a file or folder"),
    ):
        code = "import django; django.setup()"
        environment = os.environ | {"SKILLMOE_WORDINGS": str(place)}
        environment["DJANGO_SETTINGS_MODULE"] = "webapp.config.settings"
        done = subprocess.run(
            [sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True
        )
        assert done.returncode == 1 and message in done.stderr


def write(checkpoint: Checkpoint, prompt: Prompt) -> str:
    """One expert is right, the others are wrong: every question gives a trial."""
    if "eywords" in prompt.text:
        return "Keywords: addition"
    return rf"hm </think> So \boxed{{{42 if checkpoint.source.endswith('right') else 41}}}."


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("benchmark", ["aime", ""])
def test_every_prompt_is_in_the_sets_wording(
    team: Team,
    question_set: MakeSet,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    benchmark: str,
) -> None:
    settings.GPU_IDLE_SECONDS = 0
    monkeypatch.setattr("webapp.queue.events.wake", lambda name, *args: None)
    monkeypatch.setattr("webapp.commands.waiting.POLL_SECONDS", 0.02)
    pool = Pool.objects.create(team=team, name="Three", annotator=an_expert("annotator"))
    pool.experts.set([an_expert("right"), an_expert("wrong"), an_expert("awry")])
    pool.aggregators.set([an_expert("aggregator")])
    validation, test = question_set("validation", 3), question_set("test", 2)
    QuestionSet.objects.update(benchmark=benchmark)
    Question.objects.update(gold="42")
    engine = FakeEngine(write)
    for command in (("build_profile", pool, validation), ("rank_aggregators", pool)):
        manage_with_workers(engine, *command, "--wait")
    manage_with_workers(engine, "start_run", test, pool, "--writer", "llm", "--wait")

    wording = PAPER if benchmark else PLAIN
    seen = set()
    for row in Generation.objects.select_related("answer__question"):
        assert row.answer is not None
        text = row.answer.question.text
        seen.add(row.purpose)
        if row.purpose == Purpose.ANNOTATE.value:
            assert row.prompt == wording.annotate(text, [])
        elif row.purpose in {Purpose.PROFILE.value, Purpose.RESPOND.value}:
            assert row.prompt == wording.respond(text, [])
        else:
            shows = wording.trial if row.purpose == Purpose.TRIAL.value else wording.aggregate
            kinds = [r"So \boxed{42}.", r"So \boxed{41}."]
            drawn = [[a, b, c] for a in kinds for b in kinds for c in kinds]
            assert row.prompt in [shows(text, responses, []) for responses in drawn]
    assert seen == {"annotate", "profile", "trial", "respond", "aggregate"}

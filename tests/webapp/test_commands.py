"""Commands that add question sets, experts and pools, and every mistake one may make."""

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import OperationalError
from pytest_django import Settings

from moe_core.engine import Endpoint
from tests.webapp.commands import an_expert, manage
from webapp.accounts.models import Team
from webapp.experts.models import Expert, Pool
from webapp.experts.presets import PAPER_EXPERTS, PRESETS
from webapp.questions.models import Question, QuestionSet

pytestmark = pytest.mark.django_db

HUB = "somebody/some-model"


@pytest.fixture
def questions_file(tmp_path: Path) -> Path:
    file = tmp_path / "sums.csv"
    file.write_text("question,answer\n2 + 40?,42\n,1\n6 * 7?,42\n")
    return file


def test_importing_questions(team: Team, questions_file: Path) -> None:
    arguments = ("import_questions", questions_file, "--name", "Sums", "--kind", "test")
    with pytest.raises(CommandError, match="--skip-bad-rows"):
        manage(*arguments)
    assert not QuestionSet.objects.exists()

    printed = manage(*arguments, "--skip-bad-rows")
    assert "Row 2: The question is empty." in printed
    assert "Stored 2 questions as Sums (test)." in printed
    assert list(Question.objects.values_list("row", "gold")) == [(1, "42"), (3, "42")]

    with pytest.raises(CommandError, match="'Sums' already"):
        manage(*arguments, "--skip-bad-rows")


def test_only_the_first_bad_rows_are_listed(team: Team, tmp_path: Path) -> None:
    file = tmp_path / "empty.jsonl"
    file.write_text('{"question": ""}\n' * 50)
    out = StringIO()
    with pytest.raises(CommandError, match="50 of the 50 rows"):
        call_command(
            "import_questions", str(file), "--name=x", "--kind=test", stdout=out, stderr=out
        )
    assert "Row 20:" in out.getvalue() and "Row 21:" not in out.getvalue()
    assert "and 30 more rows" in out.getvalue()


def test_questions_that_cannot_be_imported(
    team: Team, questions_file: Path, tmp_path: Path, settings: Settings
) -> None:
    rest = ("--name", "Sums", "--kind", "test", "--skip-bad-rows")
    with pytest.raises(CommandError, match=r"missing\.csv cannot be read: No such file"):
        manage("import_questions", tmp_path / "missing.csv", *rest)
    with pytest.raises(CommandError, match="cannot be read: Is a directory"):
        manage("import_questions", tmp_path, *rest)
    with pytest.raises(CommandError, match=r"no team called 'X'. There are: Team\."):
        manage("import_questions", questions_file, *rest, "--team", "X")
    with pytest.raises(CommandError, match="invalid choice: 'training'"):
        manage("import_questions", questions_file, "--name", "Sums", "--kind", "training")
    settings.UPLOAD_LIMIT_BYTES = 10
    with pytest.raises(CommandError, match="has more than"):
        manage("import_questions", questions_file, *rest)
    assert not QuestionSet.objects.exists()


def test_without_a_team(questions_file: Path, db: None) -> None:
    with pytest.raises(CommandError, match="ensure_admin"):
        manage("import_questions", questions_file, "--name=x", "--kind=test", "--skip-bad-rows")
    an_expert("tiny-01")
    with pytest.raises(CommandError, match="ensure_admin"):
        manage("make_pool", "P", "--experts", "tiny-01", "--annotator", "tiny-01")


def test_adding_an_expert() -> None:
    printed = manage(
        *("add_expert", "Some", HUB, "--revision", "abc", "--max-model-len", 2048),
        *("--dtype", "float16", "--max-new-tokens", 99, "--temperature", 0.2),
        *("--chat-template-options", '{"enable_thinking": false}', "--end-of-thinking", "[end]"),
        *("--trust-remote-code", "--caution", "Slow.", "--quantization", "fp8"),
        *("--tensor-parallel-size", 2, "--engine-seed", 5, "--stop-strings", '["###"]'),
    )
    assert printed.startswith(f"Added Some ({HUB})")
    expert = Expert.objects.get()
    assert (expert.source, expert.revision, expert.max_model_len) == (HUB, "abc", 2048)
    assert (expert.dtype, expert.max_new_tokens, expert.temperature) == ("float16", 99, 0.2)
    assert expert.chat_template_options == {"enable_thinking": False}
    assert (expert.end_of_thinking, expert.trust_remote_code) == ("[end]", True)
    assert (expert.caution, expert.stop_strings) == ("Slow.", ["###"])
    assert (expert.quantization, expert.tensor_parallel_size, expert.engine_seed) == ("fp8", 2, 5)


def test_adding_an_endpoint() -> None:
    manage(
        *("add_expert", "Far", "gpt", "--endpoint", "http://far:8001/v1"),
        *("--key-variable", "FAR_API_KEY", "--concurrency", 2, "--timeout-seconds", 30),
    )
    expert = Expert.objects.get()
    assert expert.checkpoint == Endpoint(
        "http://far:8001/v1", "gpt", "FAR_API_KEY", 2, 30, expert.end_of_thinking
    )
    assert "gpt at http://far:8001/v1" in manage("list_experts")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "Give a name and a source"),
        (["Some"], "Give a name and a source"),
        (["Some", "/no/such/folder"], "no folder /no/such/folder"),
        (["Some", HUB, "--max-model-len", "-5"], "max model len"),
        (["Some", HUB, "--max-model-len", "99999999999"], "max model len"),
        (["Some", HUB, "--max-model-len", "many"], "invalid int value: 'many'"),
        (["Some", HUB, "--temperature", "9"], "temperature"),
        (["Some", HUB, "--dtype", "int8"], "int8"),
        (["Some", HUB, "--chat-template-options", "{"], "no JSON"),
        (["Some", HUB, "--chat-template-options", "[" * 100_000], "no JSON"),
        (["Some", HUB, "--chat-template-options", "[1]"], "JSON object"),
        (["Some", HUB, "--stop-strings", "###"], "--stop-strings is no JSON"),
        (["Some", HUB, "--stop-strings", "[1]"], "JSON list of texts"),
        (["Some", HUB, "--tensor-parallel-size", "0"], "tensor parallel size"),
        (["Some", HUB, "--endpoint", "far"], "such as http"),
        (["Some", HUB, "--endpoint", "http://x/v1", "--dtype", "float16"], "server decides this"),
        (["Some", HUB, "--key-variable", "X_API_KEY"], "Only an OpenAI-compatible endpoint"),
        (["Some", HUB, "--trust-remote-code"], "Pin a revision"),
        (["tiny-01", HUB], "take another name"),
        (["--preset", "GPT-4"], "There is no preset 'GPT-4': choose all or one of"),
        (["--preset", "InternLM3-8B"], "Pin a revision"),
        (["--preset", "all", "--dtype", "float16"], "one at a time"),
    ],
)
def test_an_expert_that_cannot_be_added(arguments: list[str], message: str) -> None:
    an_expert("tiny-01")
    with pytest.raises(CommandError, match=message):
        manage("add_expert", *arguments)
    assert Expert.objects.count() == 1


LIMITED = {"Phi-3.5-mini": 16_000, "Mistral-Nemo-12B": 16_000, "DeepSeekMath-7B": 4096}  # tokens


def test_the_papers_experts() -> None:
    assert len(PAPER_EXPERTS) == len({preset.source for preset in PAPER_EXPERTS}) == 16
    for preset in PAPER_EXPERTS:
        assert preset.max_model_len == LIMITED.get(preset.name)
        assert (preset.max_new_tokens == 32_768) == bool(preset.end_of_thinking)

    coder = Expert.objects.create(name="Qwen2.5-Coder-7B", source=HUB)
    printed = manage("add_expert", "--preset", "all")
    assert "Qwen2.5-Coder-7B is there already" in printed
    left_out = {preset.name for preset in PAPER_EXPERTS if preset.trust_remote_code}
    assert all(f"{name} is left out" in printed for name in left_out)
    assert Expert.objects.count() == 16 - len(left_out)
    coder.refresh_from_db()
    assert coder.source == HUB
    long = Expert.objects.get(name="R1-Distill-Qwen-7B")
    assert (long.max_new_tokens, long.end_of_thinking) == (32_768, "</think>")

    manage("add_expert", "--preset", "InternLM3-8B", "--revision", "abc")
    assert Expert.objects.get(name="InternLM3-8B").trust_remote_code


def test_listing_experts() -> None:
    assert "add_expert" in manage("list_experts")
    an_expert("tiny-01")
    Expert.objects.create(name="fast", source=HUB, load_seconds=2.5, tokens_per_second=1234)
    Expert.objects.create(name="broken", source=HUB, problem="no such model")
    Expert.objects.create(name="gone", source="/no/such/folder")
    lines = {line.split()[0]: line for line in manage("list_experts").splitlines()}
    assert "not tried yet" in lines["tiny-01"]
    assert "loads in 2.5 s, 1,234 tokens/s" in lines["fast"]
    assert "cannot be used: no such model" in lines["broken"]
    assert "cannot be used: There is no folder" in lines["gone"]


def test_making_a_pool(team: Team) -> None:
    for name in ("tiny-01", "tiny-02", "annotator"):
        an_expert(name)
    arguments = ("make_pool", "Mine", "--annotator", "annotator", "--experts", "tiny-01", "tiny-02")
    assert "Made Mine: 2 experts" in manage(*arguments, "--aggregators", "tiny-02")
    made = Pool.objects.get()
    assert {e.name for e in made.experts.all()} == {"tiny-01", "tiny-02"}
    assert [e.name for e in made.candidates()] == ["tiny-02"]
    with pytest.raises(CommandError, match="'Mine' already"):
        manage(*arguments)
    with pytest.raises(CommandError, match=r"no expert called 'x'. There are: annotator, tiny-01"):
        manage("make_pool", "Other", "--annotator", "annotator", "--experts", "x")
    with pytest.raises(CommandError, match="1 to 100 characters"):
        manage("make_pool", " ", "--annotator", "annotator", "--experts", "tiny-01")
    assert Pool.objects.count() == 1


def paper_expert(name: str) -> Expert:
    return Expert.objects.create(name=name, source=PRESETS[name].source)


def test_the_papers_pool_for_a_benchmark(team: Team) -> None:
    """Of the experts that were added; one may go by another name, or lie elsewhere."""
    with pytest.raises(CommandError, match="None of the paper's experts was added yet"):
        manage("make_pool", "P", "--preset", "paper", "--benchmark", "gpqa")
    for name in PRESETS:
        if name not in {"Qwen2.5-7B", "GLM-4-9B"}:
            paper_expert(name)
    an_expert("stranger")
    Expert.objects.create(name="My Qwen", source=PRESETS["Qwen2.5-7B"].source)
    printed = manage("make_pool", "P", "--preset", "paper", "--benchmark", "mmlu-pro")
    assert "Not added yet, and so not in the pool: GLM-4-9B." in printed
    assert "15 experts, annotator My Qwen, aggregator candidates R1-Distill-Llama-8B" in printed
    made = Pool.objects.get()
    assert not made.experts.filter(name="stranger").exists()
    assert [expert.name for expert in made.candidates()] == ["R1-Distill-Llama-8B"]


@pytest.mark.parametrize(
    ("benchmark", "aggregator"),
    [
        ("mmlu-pro", "R1-Distill-Llama-8B"),
        ("gpqa", "R1-Distill-Qwen-7B"),
        ("aime", "R1-Distill-Qwen-7B"),
        ("medmcqa", "Exaone-3.5-7.8B"),
    ],
)
def test_each_benchmark_has_its_aggregator(team: Team, benchmark: str, aggregator: str) -> None:
    paper_expert("Gemma-2-9B")
    printed = manage("make_pool", "Few", "--preset", "paper", "--benchmark", benchmark)
    assert "annotator none, aggregator candidates all" in printed
    assert "Qwen2.5-7B, which annotates in the paper, is not there" in printed
    assert f"{aggregator}, which aggregates" in printed
    paper_expert(aggregator)
    paper_expert("Qwen2.5-7B")
    manage("make_pool", "P", "--preset", "paper", "--benchmark", benchmark)
    made = Pool.objects.get(name="P")
    assert made.annotator is not None and made.annotator.name == "Qwen2.5-7B"
    assert [expert.name for expert in made.aggregators.all()] == [aggregator]
    arguments = ("--preset", "paper", "--benchmark", benchmark, "--aggregators", "Gemma-2-9B")
    manage("make_pool", "Own", *arguments, "--annotator", "Gemma-2-9B")
    own = Pool.objects.get(name="Own")
    assert own.annotator == own.aggregators.get() == Expert.objects.get(name="Gemma-2-9B")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--preset", "paper"], "go together"),
        (["--experts", "tiny-01", "--benchmark", "gpqa"], "go together"),
        (["--preset", "paper", "--benchmark", "mmlu"], "invalid choice: 'mmlu'"),
        (["--preset", "paper", "--experts", "tiny-01"], "not allowed with argument"),
        ([], "one of the arguments --experts --preset is required"),
    ],
)
def test_a_pool_that_cannot_be_made(team: Team, arguments: list[str], message: str) -> None:
    an_expert("tiny-01")
    with pytest.raises(CommandError, match=message):
        manage("make_pool", "P", *arguments)
    assert not Pool.objects.exists()


def test_importing_for_a_benchmark(team: Team, questions_file: Path) -> None:
    rest = ("--kind", "test", "--skip-bad-rows")
    manage("import_questions", questions_file, "--name", "Plain", *rest)
    printed = manage("import_questions", questions_file, "--name", "A", *rest, "--benchmark=aime")
    assert "as A (test, AIME)." in printed
    found = dict(QuestionSet.objects.values_list("name", "benchmark"))
    assert found == {"Plain": "", "A": "aime"}
    with pytest.raises(CommandError, match="invalid choice: 'mmlu'"):
        manage("import_questions", questions_file, "--name", "B", *rest, "--benchmark=mmlu")


def test_without_a_database(monkeypatch: pytest.MonkeyPatch, questions_file: Path) -> None:
    def refuse(*args: object, **kwargs: object) -> None:
        raise OperationalError("connection refused\nis the server running?")

    monkeypatch.setattr("django.db.models.query.QuerySet.__iter__", refuse)
    monkeypatch.setattr("django.db.models.query.QuerySet._fetch_all", refuse)
    for arguments in (
        ["list_experts"],
        ["import_questions", questions_file, "--name=x", "--kind=test", "--skip-bad-rows"],
    ):
        with pytest.raises(CommandError, match=r"\(connection refused\). Start the product"):
            manage(*arguments)


def test_the_demo_questions_load(team: Team) -> None:
    for kind in QuestionSet.Kind.values:
        file = Path(__file__).parents[2] / "demo" / "questions" / f"{kind}.jsonl"
        manage("import_questions", file, "--name", kind, "--kind", kind)
        lines = [json.loads(line) for line in file.read_text().splitlines()]
        stored = QuestionSet.objects.get(name=kind)
        assert stored.size == len(lines) >= 240
        assert list(stored.questions.values_list("key", flat=True)) == [r["id"] for r in lines]

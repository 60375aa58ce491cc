"""Pools that a command makes: of chosen experts, the paper's, or those that fit a GPU."""

import pytest
from django.core.management.base import CommandError

from tests.commands.running import an_expert, manage
from webapp.accounts.models import Team
from webapp.experts.models import Expert, Pool
from webapp.experts.presets import PAPER, PRESETS

pytestmark = pytest.mark.django_db


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
    for name in PAPER.members:
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


def test_a_pool_that_fits_a_gpu(team: Team) -> None:
    with pytest.raises(CommandError, match=r"None of these experts.*`add_expert --preset fit-48`"):
        manage("make_pool", "P", "--fit", 48)
    for name in ("Qwen3.6-27B", "GLM-4.7-Flash", "Med42-8B"):
        paper_expert(name)
    printed = manage("make_pool", "P", "--fit", 48)
    assert "not in the pool: Qwen3.6-35B-A3B, Gemma-4-31B, Nemotron-3-Nano" in printed
    assert "all at once by `add_expert --preset fit-48`" in printed
    assert "Ministral-3-14B, which would annotate, is not there" in printed
    assert "every expert is a candidate" not in printed
    made = Pool.objects.get()
    assert {e.name for e in made.experts.all()} == {"Qwen3.6-27B", "GLM-4.7-Flash"}
    assert [e.name for e in made.candidates()] == ["Qwen3.6-27B"]
    manage("add_expert", "--preset", "fit-24")
    printed = manage("make_pool", "All", "--fit", 24)
    assert printed.startswith("Made All: 8 experts, annotator Ministral-3-14B")
    assert "aggregator candidates Qwen3.5-9B, gpt-oss-20b." in printed


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--preset", "paper"], "go together"),
        (["--experts", "tiny-01", "--benchmark", "gpqa"], "go together"),
        (["--preset", "paper", "--benchmark", "mmlu"], "invalid choice: 'mmlu'"),
        (["--preset", "paper", "--experts", "tiny-01"], "not allowed with argument"),
        (["--fit", "16"], "invalid choice: 16"),
        (["--fit", "24", "--preset", "paper"], "not allowed with argument"),
        (["--fit", "24", "--benchmark", "gpqa"], "go together"),
        ([], "one of the arguments --experts --preset --fit is required"),
    ],
)
def test_a_pool_that_cannot_be_made(team: Team, arguments: list[str], message: str) -> None:
    an_expert("tiny-01")
    with pytest.raises(CommandError, match=message):
        manage("make_pool", "P", *arguments)
    assert not Pool.objects.exists()


def test_how_skills_are_named_and_counted(team: Team) -> None:
    an_expert("tiny-01")
    manage("make_pool", "Plain", "--experts", "tiny-01")
    manage("make_pool", "Held", "--experts", "tiny-01", "--merging", "meaning", "--structured")
    told = Pool.objects.order_by("name").values_list("name", "merging", "is_structured")
    assert list(told) == [("Held", "meaning", True), ("Plain", "apart", False)]

"""What is read from the database after a scenario, and the same prompts for the bare engine."""

from pathlib import Path

import pytest

from benchmarks.worker.bare import by_part, by_question, by_visit
from benchmarks.worker.episodes import episode, work_of
from gpu_worker.fake_engine import FakeEngine
from tests.conftest import MakeSet
from tests.gpu_worker.conftest import alone as alone
from tests.gpu_worker.serving import serve, write
from webapp.accounts.models import Team
from webapp.execution.start import submit_run
from webapp.experts.models import Pool
from webapp.runs.models import Generation, Run


@pytest.fixture
def runs(team: Team, pool: Pool, question_set: MakeSet, alone: list[str]) -> list[Run]:
    """Two runs of four questions that both experts answered; the fake wrote no tokens."""
    questions = question_set("test", 4)
    made = [
        submit_run(team, None, pool=pool, questions=questions, method="all-experts", seed=seed)
        for seed in range(2)
    ]
    serve(FakeEngine(write))
    for run in made:
        run.refresh_from_db()
    Generation.objects.update(tokens=10)
    return made


def test_an_episode_has_every_visit_and_run(
    runs: list[Run], settings: object, tmp_path: Path
) -> None:
    settings.DATA_DIR = tmp_path  # type: ignore[attr-defined]
    begin = runs[0].created.timestamp()
    (tmp_path / "published").write_text(f"{begin - 1} 5.0\n{begin} 0.25\n")
    found = episode(runs)
    assert (found["loads"], found["distinct_experts"]) == (2, 2)
    assert found["stages"] == {"respond": {"loads": 2, "distinct_experts": 2}}
    assert [visit["generations"] for visit in found["visits"]] == [8, 8]
    for visit in found["visits"]:
        assert visit["stage"] == "respond"
        assert visit["start"] <= visit["loaded"] <= visit["end"]
    assert [run["generations"] for run in found["runs"]] == [8, 8]
    assert found["publish_seconds"] == 0.25
    assert work_of(runs) == {("respond", "tiny-01"): 80, ("respond", "tiny-02"): 80}


def test_the_bare_engine_gets_the_same_prompts(runs: list[Run]) -> None:
    asked = {(row.pk, row.prompt, row.seed) for row in Generation.objects.all()}
    batches = by_part(runs)
    assert [(b.stage, b.expert.name, len(b.prompts)) for b in batches] == [
        ("respond", "tiny-01", 8),
        ("respond", "tiny-02", 8),
    ]
    assert {(p.id, p.text, p.seed) for b in batches for p in b.prompts} == asked
    visited = runs[0].generations.order_by("visit").values_list("expert__name", flat=True)
    assert [b.expert.name for b in by_visit(runs[0])] == list(dict.fromkeys(visited))


def test_naively_every_question_loads_each_of_its_experts(runs: list[Run]) -> None:
    batches = by_question(runs[0], 3)
    assert [b.expert.name for b in batches] == ["tiny-01", "tiny-02"] * 3
    assert {len(b.prompts) for b in batches} == {1}

"""How many outputs were cut off, whose, what to raise; and where it is shown."""

import pytest
from django.test import Client

from gpu_worker.fake_engine import FakeEngine
from moe_core.engine import Checkpoint, Prompt
from tests.conftest import MakeSet, demo_expert
from tests.execution.serving import serve
from tests.pages.reading import words
from webapp.accounts.models import Team
from webapp.execution.start import submit_run
from webapp.experts.models import Expert, Pool
from webapp.progress.cutoffs import CutOff, cut_offs, share_of
from webapp.runs.models import Answer, Generation, Progress, Run

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("nobody_listens")]


def write(checkpoint: Checkpoint, prompt: Prompt) -> str:
    """tiny-02 never ends on half of the questions."""
    if checkpoint.source.endswith("tiny-02") and prompt.seed % 2:
        return "and so on " * 100
    return r"So \boxed{42}."


@pytest.fixture
def run(team: Team, pool: Pool, question_set: MakeSet) -> Run:
    pool.experts.update(max_new_tokens=50)
    questions = question_set("test", 12)
    return submit_run(team, None, pool=pool, questions=questions, method="all-experts")


def found(run: Run) -> list[CutOff]:
    return cut_offs(run, run.progress.select_related("expert"))


def test_they_are_counted_as_they_come(run: Run) -> None:
    serve(run, FakeEngine(write))
    cut = Generation.objects.filter(finish_reason="length")
    assert 3 <= cut.count() < 12
    (of,) = found(run)
    assert (of.expert.name, of.purpose, of.count, of.done) == (
        "tiny-02",
        "respond",
        cut.count(),
        12,
    )
    assert of.percent == pytest.approx(100 * cut.count() / 12)
    share = share_of([of], Progress.objects.filter(run=run))
    assert (share.right, share.n) == (cut.count(), 24)
    assert of.limit == "new-token limit"


def counted(team: Team, cut: int, done: int) -> list[CutOff]:
    run = Run.objects.create(team=team)
    expert = demo_expert("tiny-01")
    Progress.objects.create(
        run=run, purpose="profile", expert=expert, asked=done, done=done, cut_off=cut
    )
    return found(run)


def test_a_few_are_told_without_a_warning(team: Team) -> None:
    assert counted(team, 0, 100) == []
    assert counted(team, 2, 2)[0].limit == "", "two say little"
    assert counted(team, 5, 100)[0].limit == "", "no more than 5 %"
    assert counted(team, 6, 100)[0].limit == "context length", "none has as many as it might"


def test_the_page_of_the_run_warns(run: Run, signed_in: Client) -> None:
    page = words(signed_in.get(run.get_absolute_url()).content.decode())
    assert "Cut off" not in page
    serve(run, FakeEngine(write))
    n = Generation.objects.filter(finish_reason="length").count()
    html = signed_in.get(run.get_absolute_url()).content.decode()
    page = words(html)
    assert "of the responses of tiny-02 were cut off" in page
    assert "Raise its new-token limit: its settings" in page
    assert f"{n} of 12 responses of tiny-02" in page
    tiny = Expert.objects.get(name="tiny-02")
    assert f"/experts/{tiny.pk}/edit" in html
    assert f"/questions?cut=respond&amp;expert={tiny.pk}" in html


def test_the_filter_finds_their_questions(run: Run, signed_in: Client) -> None:
    serve(run, FakeEngine(write))
    cut = set(
        Generation.objects.filter(finish_reason="length").values_list(
            "answer__question__row", flat=True
        )
    )
    experts = {expert.name: expert.pk for expert in Expert.objects.all()}
    address = f"{run.get_absolute_url()}/questions"

    def rows(query: str) -> set[int]:
        shown = signed_in.get(f"{address}?{query}").context["page"].rows
        return {row.question.row for row in shown}

    assert rows("cut=respond") == rows(f"cut=respond&expert={experts['tiny-02']}") == cut
    assert rows(f"cut=respond&expert={experts['tiny-01']}") == set()
    assert rows("cut=aggregate") == set()
    assert len(rows("cut=nonsense")) == Answer.objects.filter(run=run).count()
    page = signed_in.get(address).content.decode()
    assert f"responses ({len(cut)})" in page

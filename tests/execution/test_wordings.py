"""Every prompt of a run is in the wording of its question set."""

import pytest
from pytest_django import Settings

from gpu_worker.fake_engine import FakeEngine
from moe_core.engine import Checkpoint, Prompt
from moe_core.values import Purpose
from moe_core.wordings import PAPER, PLAIN
from tests.commands.running import an_expert, manage_with_workers
from tests.conftest import MakeSet
from webapp.accounts.models import Team
from webapp.experts.models import Pool
from webapp.questions.models import Question, QuestionSet
from webapp.runs.models import Generation


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

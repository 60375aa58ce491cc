"""Runs to grade again, and all that this may change."""

from collections.abc import Callable
from typing import Any

from gpu_worker.fake_engine import FakeEngine
from moe_core.engine import Checkpoint, Prompt
from tests.conftest import MakeSet
from tests.execution import serving
from webapp.accounts.models import Team
from webapp.execution.start import submit_profile, submit_ranking, submit_run
from webapp.experts.models import Pool
from webapp.runs.models import Profile, Run
from webapp.runs.purposes import GRADED


def write(checkpoint: Checkpoint, prompt: Prompt) -> str:
    """One expert is sometimes right and sometimes says nothing, the other is wrong."""
    if "Keywords" in prompt.text:
        return "Keywords: addition, sums"
    if checkpoint.source.endswith("tiny-02"):
        return r"So \boxed{7}."
    return "I do not know." if len(prompt.text) % 3 == 0 else r"So \boxed{14}."


def serve(run: Run) -> Run:
    serving.serve(run, FakeEngine(write))
    assert run.status == Run.Status.DONE, run.problem
    return run


Make = Callable[..., Run]


def maker(team: Team, pool: Pool, question_set: MakeSet) -> Make:
    """What gives a finished run: "profile", "rank", or a method, with a writer."""

    def made(kind: str, writer: str = "vote") -> Run:
        if kind == "profile":
            return serve(submit_profile(team, None, pool, question_set("validation", 6)))
        if kind == "rank":
            return serve(submit_ranking(team, None, Profile.objects.get(), k=2))
        given: dict[str, Any] = {"pool": pool, "questions": question_set(), "method": kind}
        return serve(submit_run(team, None, **given, writer=writer))

    return made


def state(run: Run) -> list[Any]:
    """All that regrading may change, and the counts that must keep in step."""
    run.refresh_from_db()
    kept: list[Any] = [
        list(run.generations.order_by("pk").values_list("stated", "rule", "verdict")),
        list(run.answers.order_by("pk").values_list("text", "verdict")),
        (run.correct, run.graded, run.finished, run.unmatched),
    ]
    if run.profile is not None:
        profile = Profile.objects.get(pk=run.profile.pk)
        cells = profile.cells.order_by("expert", "skill")
        kept.append(list(cells.values_list("expert", "skill", "right", "wrong")))
        kept.append(list(profile.ranks.values_list("place", "trials_right", "written_right")))
        kept.append((profile.decision, profile.aggregator_id))
    return kept


def make_old(run: Run) -> None:
    """As an extraction that finds nothing would have left it."""
    run.generations.filter(purpose__in=GRADED).update(stated=None, rule="", verdict="no answer")
    if run.kind != Run.Kind.PROFILE:
        run.answers.update(text=None, verdict="no answer")
        Run.objects.filter(pk=run.pk).update(correct=0)


def in_step(run: Run) -> bool:
    run.refresh_from_db()
    answers = run.answers.exclude(verdict__in=["", "ungraded"])
    right = answers.filter(verdict="correct").count()
    return (right, answers.count()) == (run.correct, run.graded)

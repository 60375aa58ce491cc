"""Two runs over one question set, with verdicts that a test knows by heart."""

from collections.abc import Sequence

import pytest

from tests.conftest import MakeSet, Messages, demo_expert
from webapp.execution.start import submit_run
from webapp.experts.models import Pool
from webapp.runs.models import Answer, Generation, Run

RIGHT, WRONG, NONE, UNGRADED, OPEN = "correct", "incorrect", "no answer", "ungraded", ""
FIRST = [RIGHT, RIGHT, WRONG, NONE, WRONG, UNGRADED, RIGHT, OPEN]
SECOND = [RIGHT, NONE, RIGHT, RIGHT, NONE, UNGRADED, OPEN, RIGHT]


def judged(run: Run, verdicts: Sequence[str], seats: Sequence[Sequence[str]] = ()) -> Run:
    """A run that is done, with these verdicts in the order of its questions, and these seats."""
    answers = list(run.answers.order_by("pk"))
    for answer, verdict in zip(answers, verdicts, strict=True):
        answer.verdict, answer.text = verdict, f"{verdict} of {run}"
    Answer.objects.bulk_update(answers, ["verdict", "text"])
    for answer, names in zip(answers, seats, strict=False):
        for number, name in enumerate(names):
            Generation.objects.create(
                run=run, answer=answer, expert=demo_expert(name), engine_key="", stage=1,
                purpose="respond", number=number, prompt="", temperature=0, max_tokens=1, seed=0,
                status="done",
            )  # fmt: skip
    run.status = Run.Status.DONE
    run.save()
    return run


@pytest.fixture
def four(runs: list[Run]) -> list[Run]:
    """Two more over the same questions: one of which all verdicts are there, and a better one."""
    first = runs[0]
    assert first.pool is not None and first.question_set is not None
    told = {"pool": first.pool, "questions": first.question_set, "method": "all-experts"}
    return [
        *runs,
        *(
            judged(submit_run(first.team, None, seed=seed, **told), verdicts)  # type: ignore[arg-type]
            for seed, verdicts in ((3, [WRONG] * 8), (4, [RIGHT] * 5 + [UNGRADED, RIGHT, WRONG]))
        ),
    ]


@pytest.fixture
def runs(pool: Pool, question_set: MakeSet, nobody_listens: Messages) -> list[Run]:
    questions = question_set()
    one, two = "tiny-01", "tiny-02"
    return [
        judged(
            submit_run(
                pool.team, None, pool=pool, questions=questions, method="all-experts", seed=seed
            ),
            verdicts,
            seats,
        )
        for seed, verdicts, seats in (
            (1, FIRST, [[one, two], [one, two], [one, one]]),
            (2, SECOND, [[two, one], [two, two], [one, two], [one]]),
        )
    ]


def address(runs: Sequence[Run], **more: str) -> str:
    narrowed = "".join(f"&{name}={value}" for name, value in more.items())
    return f"/runs/compare?a={runs[0].pk}&b={runs[1].pk}{narrowed}"

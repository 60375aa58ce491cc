"""Profiles as runs make them."""

from collections.abc import Sequence

from tests.conftest import MakeSet
from webapp.execution.profiles import profiling
from webapp.execution.start import submit_profile
from webapp.experts.models import Pool
from webapp.runs.models import Answer, Generation, Profile, Run

RIGHT, WRONG, NOTHING = "correct", "incorrect", "no answer"

Observed = tuple[list[str], *tuple[str, ...]]

# Per question its skills, and what the two experts' responses are; "" has failed.
QUESTIONS: list[Observed] = [
    *[(["sums"], RIGHT, WRONG)] * 6,
    (["sums", "<i>logic</i>"], RIGHT, RIGHT),
    (["<i>logic</i>"], WRONG, NOTHING),
]


def built(pool: Pool, make: MakeSet, questions: Sequence[Observed] = QUESTIONS) -> Profile:
    """A profile as a run makes it, of these verdicts."""
    chosen = pool.team.question_sets.filter(kind="validation").first() or make("validation")
    run = submit_profile(pool.team, None, pool, chosen)
    assert run.profile is not None
    rows = zip(chosen.questions.order_by("row"), questions, strict=False)
    for question, (skills, *verdicts) in rows:
        answer, _ = Answer.objects.update_or_create(
            run=run, question=question, defaults={"skills": [[s, s, 1.0] for s in skills]}
        )
        for number, expert in enumerate(pool.experts.order_by("name")):
            verdict = verdicts[number]
            Generation.objects.create(
                run=run, answer=answer, expert=expert, engine_key=expert.engine_key, stage=1,
                purpose="profile", number=number, prompt="Go", temperature=0, max_tokens=1, seed=0,
                status="done" if verdict else "failed", verdict=verdict,
                stated=None if verdict in ("", NOTHING) else f"{verdict} {number}",
                output=f"hm</think>{expert} says <b>{verdict}</b> $x<1$",
            )  # fmt: skip
    assert profiling.finish(run) == ""
    run.status = Run.Status.DONE
    run.save()
    run.profile.refresh_from_db()
    return run.profile

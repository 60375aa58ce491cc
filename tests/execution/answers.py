"""Answers whose seats state what a test wants, sorted as the product does."""

from collections.abc import Sequence

from webapp.execution.outcomes import sort_out
from webapp.runs.models import Answer, Generation, Run

RIGHT = "14"


def answered(
    run: Run, stated: Sequence[str | None], verdict: str, place: int = 0, round_: int = 0
) -> Answer:
    """A question whose seats state these, and whose answer got this verdict."""
    answer = Answer.objects.filter(run=run).order_by("pk")[place]
    assert run.pool is not None
    experts = list(run.pool.experts.order_by("pk"))
    for number, text in enumerate(stated):
        expert = experts[number % len(experts)]
        Generation.objects.create(
            run=run, answer=answer, expert=expert, engine_key=expert.engine_key, stage=1,
            purpose="respond", number=number, round=round_, prompt="", temperature=0, max_tokens=1,
            seed=0, status="done", output=f"It is {text}.", stated=text,
            verdict="no answer" if text is None else "correct" if text == RIGHT else "incorrect",
        )  # fmt: skip
    answer.asked, answer.stage, answer.verdict = True, None, verdict
    answer.save()
    sort_out([answer.pk])
    answer.refresh_from_db()
    return answer

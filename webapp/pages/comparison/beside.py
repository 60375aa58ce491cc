"""One question in several runs: what each answered, and what its seats wrote."""

from collections.abc import Container, Sequence
from dataclasses import dataclass, field

from moe_core.values import Purpose
from webapp.accounts.models import User
from webapp.pages.shared.written import Reading, readings, rounds_of
from webapp.questions.models import Question
from webapp.reviews.reading import waiting_blind
from webapp.runs.models import Answer, Run


@dataclass(frozen=True)
class Side:
    """One run's part. What its reader is to review blind first is not shown: `is_blind`."""

    run: Run
    answer: Answer | None
    is_blind: bool = False
    seats: list[Reading] = field(default_factory=list)  # as they stand in the last round
    writers: list[Reading] = field(default_factory=list)  # what an LLM made of them


def sides(runs: Sequence[Run], question: Question, reader: User) -> list[Side]:
    """In the order of the runs."""
    found = Answer.objects.filter(run__in=runs, question=question).defer(
        "skills", "probabilities", "contributions"
    )
    answers = {answer.run_id: answer for answer in found}
    blind = waiting_blind(list(answers.values()), reader)
    return [_side(run, answers.get(run.pk), blind) for run in runs]


def _side(run: Run, answer: Answer | None, blind: Container[int]) -> Side:
    if answer is None:
        return Side(run, None)
    if answer.pk in blind:
        return Side(run, answer, is_blind=True)
    answer.run = run
    written = readings(answer)
    rounds = rounds_of(written)
    return Side(
        run,
        answer,
        seats=rounds[-1] if rounds else [],
        writers=written[Purpose.AGGREGATE.value],
    )

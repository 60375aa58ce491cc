"""Runs that recruit by `ours`, and whose answers the calibrated vote writes."""

import pytest

from webapp.execution.grading.regrade import regrade
from webapp.runs.models import Answer, Run

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("nobody_listens")]

PARTS = {"strength", "skills", "neighbours", "together"}


def test_the_likeliest_are_recruited_and_the_calibrated_vote_writes(ours_run: Run) -> None:
    assert (ours_run.status, ours_run.writer, ours_run.finished, ours_run.correct) == (
        "done",
        "calibrated",
        8,
        8,
    )
    for answer in Answer.objects.filter(run=ours_run):
        seats = answer.generations.order_by("number")
        assert seats[0].expert.source == "org/right"
        assert len({seat.expert_id for seat in seats}) == 2
        assert len(answer.contributions) == 3
        for parts in answer.contributions.values():
            assert parts.keys() == PARTS


def test_grading_again_gives_the_same_answers(ours_run: Run) -> None:
    before = list(ours_run.answers.values_list("pk", "text", "verdict"))
    told = regrade(ours_run.pk)
    assert told["answers"] == told["verdicts"] == 0
    assert list(ours_run.answers.values_list("pk", "text", "verdict")) == before

"""Recorded responses of three models that a test knows by heart."""

import json
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from webapp.accounts.models import Team
from webapp.execution.advance import advance_run
from webapp.experts.models import Expert
from webapp.questions.models import QuestionSet
from webapp.recorded.taking import TakenResponses, take_responses
from webapp.runs.models import RecordedResponse, Run

Row = dict[str, Any]
MODELS = ("org/right", "org/wrong", "org/silent")


def rows(questions: QuestionSet) -> list[Row]:
    """One model is always right, one always wrong, one never says an answer."""
    return [
        {"question_id": question.key, "model": model, "output": output, "pred": "x"}
        for question in questions.questions.all()
        for model, output in zip(
            MODELS,
            (f"So \\boxed{{{question.gold}}}.", "The answer is 7 or 8.", "I do not know"),
            strict=True,
        )
    ]


def take(team: Team, questions: QuestionSet, given: list[Row], **how: Any) -> TakenResponses:
    content = "".join(json.dumps(row) + "\n" for row in given).encode()
    how = {"pool": "Logs"} | how
    return take_responses(
        team, None, SimpleUploadedFile("log.jsonl", content), "log.jsonl",
        question_set=questions, **how,
    )  # fmt: skip


def take_newcomer(team: Team, questions: QuestionSet) -> Expert:
    """A recorded expert that is in no pool of the others, and right about a set's questions."""
    given = [
        {"question_id": question.key, "model": "org/new", "output": f"So {question.gold}."}
        for question in questions.questions.all()
    ]
    take(team, questions, given, pool="Newcomers")
    return Expert.objects.get(name="org/new")


def let_two_agree(questions: QuestionSet) -> None:
    """The model that says no answer says what the one that is always right does."""
    said = RecordedResponse.objects.filter(question__question_set=questions)
    for row in said.filter(expert__source="org/right"):
        said.filter(question=row.question_id, expert__source="org/silent").update(output=row.output)


def done(run: Run) -> Run:
    advance_run(run.pk)
    run.refresh_from_db()
    assert run.status == Run.Status.DONE, run.problem
    return run

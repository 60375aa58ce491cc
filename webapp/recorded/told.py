"""What a person should know of an import, in words."""

from collections.abc import Sequence

from django.db.models import Count

from webapp.experts.models import Expert
from webapp.files.errors import listed
from webapp.files.read_in_child import FileRead
from webapp.plural import counted
from webapp.questions.models import QuestionSet
from webapp.recorded.incoming import By, Copied
from webapp.recorded.mapping import ALL
from webapp.recorded.reader import NOT_NEEDED
from webapp.runs.models import RecordedResponse


def _said(by: By) -> str:
    """In words, for a person."""
    return {
        "id": "the questions' ids",
        "text": "the questions' texts",
        "place": "the questions' places: the log counts them from 0, and the set has no ids",
    }[by]


def told_samples(copied: Copied, keep: int | None) -> list[str]:
    """What a person should know of the samples."""
    if copied.samples < 2:
        return []
    if keep is None:
        return [
            f"There are up to {copied.samples} samples of a question: the second and later ones"
            f" become experts of their own, called “model #2” and so on."
        ]
    return [
        f"There are up to {copied.samples} samples of a question: number {keep + 1} is stored,"
        f" {copied.others:,} others are not. Say which with “keep”: a number, or “{ALL}” for an"
        " expert each."
    ]


def told_changes(unchanged: int, changed: Sequence[tuple[int, str, str]], again: int) -> list[str]:
    found = []
    if again:
        found.append(
            f"{again:,} of the responses are to a question that an earlier row has answered: the"
            " earlier ones are stored."
        )
    if unchanged:
        found.append(f"{unchanged:,} of the responses are there already, word for word.")
    if changed:
        names = listed([f"{model}: {key}" for _, model, key in changed], 5)
        found.append(
            f"{len(changed):,} of the responses are there already with other words, and are left as"
            f" they are, for runs may rest on them: {names}. To have the new ones, import the file"
            " under another pool's name."
        )
    return found


def told_gaps(questions: QuestionSet, experts: Sequence[Expert]) -> list[str]:
    """Which experts have not answered all questions of the set."""
    rows = RecordedResponse.objects.filter(expert__in=experts, question__question_set=questions)
    answered = dict(rows.values_list("expert").annotate(n=Count("pk")))
    return [
        f"{expert} has no response to {questions.size - answered.get(expert.pk, 0)} of the"
        f" {questions.size} questions: there its seats fail."
        for expert in experts
        if answered.get(expert.pk, 0) < questions.size
    ]


def told_rest(questions: QuestionSet, by: By, read: FileRead, bad: int) -> list[str]:
    found = []
    if by == "id" and "id" not in questions.columns:
        found.append(
            f"{questions} has no ids of its own: its questions were taken to count from 1, in the"
            " order of its file."
        )
    elif by != "id":
        found.append(f"Responses were matched by {_said(by)}.")
    if unused := [name for name in read.unused if name.lower() != NOT_NEEDED]:
        found.append(f"Not used: {listed(unused)}.")
    if bad:
        found.append(f"{counted(bad, 'row was', 'rows were')} left out.")
    return found

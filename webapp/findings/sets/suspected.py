"""Suspected gold answers as people see them, without those that were looked at since."""

from collections.abc import Sequence
from typing import NamedTuple
from urllib.parse import urlencode

from django.db.models import F, TextChoices

from webapp.findings.sets.suspects import FORM, Row
from webapp.questions.models import GoldCheck, Question
from webapp.runs.models import Finding, Run


class Doubt(TextChoices):
    """Why a gold answer is looked at."""

    SUSPECTED = "suspected", "Suspected to be wrong"
    FAILED = "failed", "Given by no expert"


class Suspect(NamedTuple):
    """A row as people see it."""

    question: Question
    row: Row

    @property
    def words(self) -> str:
        """Who holds which answer right."""
        row = self.row
        told = f"{row['strong_agree']} of {row['strong']} strong experts say {row['answer'][:60]}"
        if row["answered"] != row["strong"]:
            told += f", {row['agree']} of all {row['answered']}"
        others = row["with_gold"]
        if not others:
            return f"{told}; nobody gives the gold answer"
        return f"{told}; {others} give{'s' if others == 1 else ''} the gold answer"

    @property
    def percent(self) -> float:
        return 100 * self.row["probability"]

    @property
    def share_right(self) -> float:
        """Of those who answered, who give the gold answer, in percent."""
        return 100 * self.row["with_gold"] / self.row["answered"]

    @property
    def share_of_most(self) -> float:
        """Of those who answered, who say what most do, in percent."""
        return 100 * self.row["most"] / self.row["answered"]

    @property
    def strength(self) -> float:
        """How often those who say the other answer are right elsewhere, in percent."""
        return 100 * self.row["strength"]

    @property
    def query(self) -> str:
        """The part of an address that proposes the answer, with the evidence as its reason."""
        return urlencode({"gold": self.row["answer"], "reason": f"{self.words}."})


def shown(search: Finding, doubt: str = Doubt.SUSPECTED) -> list[Suspect]:
    """What was found, without what was corrected, or found right, since."""
    rows = _kept(search, doubt)
    version = search.found.get("golds", 0)
    questions = Question.objects.filter(gold_version__lte=version).in_bulk(
        [row["question"] for row in rows]
    )
    fine = set(
        GoldCheck.objects.filter(
            question__in=questions, gold_version=F("question__gold_version")
        ).values_list("question_id", flat=True)
    )
    return [
        Suspect(questions[row["question"]], row)
        for row in rows
        if row["question"] in questions and row["question"] not in fine
    ]


def questions_in_doubt(run: Run, doubt: str) -> Sequence[int]:
    """Keys of the questions of a run's set, as far as they were looked for: a few hundred."""
    rows = Finding.objects.filter(name=Finding.Name.SUSPECTS, question_set=run.question_set_id)
    search = rows.first()
    return [row["question"] for row in _kept(search, doubt)] if search else []


def _kept(search: Finding, doubt: str) -> list[Row]:
    if search.found.get("form") != FORM:
        return []
    rows: list[Row] = search.found["rows" if doubt == Doubt.SUSPECTED else "failed"]
    return rows

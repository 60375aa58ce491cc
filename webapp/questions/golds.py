"""Gold answers that are corrected, and those of any version of a set.

A correction, or several together, makes one new version of a set. A question holds the newest gold
answer, and since which version it has that; the corrections hold all that was before. So what a run
is graded by can always be told of the row that was read, also while somebody corrects it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from string import ascii_uppercase

from django.db import transaction

from webapp.accounts.models import User
from webapp.audit.actions import Action
from webapp.audit.recording import Change, record
from webapp.questions.models import (
    LONGEST_REASON,
    GoldCheck,
    GoldCorrection,
    GoldVersion,
    Question,
    QuestionSet,
)

MOST = 1000  # corrections in one version
MOST_ALTERNATIVES = 50
LONGEST = 20_000  # characters of a gold answer, which may be a worked solution


class GoldRefused(Exception):
    """A gold answer cannot be corrected so; the message says why and what to do."""


@dataclass(frozen=True)
class Gold:
    """What is right, as a question holds it. Without an answer the question leaves grading."""

    answer: str = ""
    alternatives: tuple[str, ...] = ()  # as right as the answer

    @classmethod
    def of(cls, question: Question) -> "Gold":
        return cls(question.gold, tuple(question.alternatives))

    @property
    def words(self) -> str:
        return " or ".join((self.answer, *self.alternatives)) if self.answer else "none"


@dataclass(frozen=True)
class Correction:
    """`was`: what whoever corrects has seen; None where nobody has looked.
    `review`: the key of the review that it comes from."""

    question: int
    gold: Gold
    reason: str
    was: Gold | None = None
    review: int | None = None


def gold_at(question: Question, version: int) -> Gold:
    """A question's gold answer in a version of its set."""
    return (
        Gold.of(question) if question.gold_version <= version else _before([question], version)[0]
    )


def give_golds(questions: Iterable[Question], version: int) -> None:
    """Give questions in memory the gold answers of a version; they are not to be saved then."""
    later = [question for question in questions if question.gold_version > version]
    for question, gold in zip(later, _before(later, version), strict=True):
        question.gold, question.alternatives = gold.answer, list(gold.alternatives)


def _before(questions: Sequence[Question], version: int) -> list[Gold]:
    """What the first correction after a version found, of questions that were corrected since."""
    if not questions:
        return []
    rows = GoldCorrection.objects.filter(question__in=questions, version__number__gt=version)
    first = rows.order_by("question_id", "version__number").distinct("question_id")
    found = {
        question: Gold(gold, tuple(others))
        for question, gold, others in first.values_list(
            "question_id", "old_gold", "old_alternatives"
        )
    }
    return [found[question.pk] for question in questions]


def correct(
    question_set: QuestionSet, corrections: Sequence[Correction], person: User | None
) -> GoldVersion:
    """Correct gold answers together: one new version, or nothing. Raises GoldRefused."""
    if not corrections:
        raise GoldRefused("Nothing is corrected: name a question and its gold answer.")
    if len(corrections) > MOST:
        raise GoldRefused(f"{len(corrections):,} corrections are too many: send {MOST:,} at most.")
    with transaction.atomic():
        return _store(question_set, corrections, person)


def undo(version: GoldVersion, person: User | None) -> GoldVersion:
    """Take a version's corrections back, as a further version. Raises GoldRefused."""
    with transaction.atomic():
        _lock(version.question_set)
        if GoldVersion.objects.filter(undoes=version).exists():
            raise GoldRefused(f"Version {version.number} is undone already.")
        rows = list(version.corrections.select_related("question"))
        for row in rows:
            if row.question.gold_version != version.number:
                raise GoldRefused(
                    f"The gold answer of question {row.question.row} was corrected again in version"
                    f" {row.question.gold_version}: undo that first."
                )
        back = [
            Correction(
                row.question_id,
                Gold(row.old_gold, tuple(row.old_alternatives)),
                f"Version {version.number} undone",
            )
            for row in rows
        ]
        return _store(version.question_set, back, person, undoes=version)


def find_right(question: Question, person: User | None, *, right: bool = True) -> None:
    """Note that somebody has looked at a gold answer and found it right, or take that back."""
    with transaction.atomic():
        if right:
            told = {"gold_version": question.gold_version, "person": person}
            GoldCheck.objects.update_or_create(question=question, defaults=told)
        else:
            GoldCheck.objects.filter(question=question).delete()
        done = Action.GOLD_STANDS if right else Action.GOLD_DOUBTED
        record(done, question.question_set, question=question.key, gold=question.gold)


def _store(
    question_set: QuestionSet,
    corrections: Sequence[Correction],
    person: User | None,
    undoes: GoldVersion | None = None,
) -> GoldVersion:
    """In the caller's transaction. Whoever corrects the same set meanwhile waits for its row."""
    number = _lock(question_set) + 1
    questions = question_set.questions.in_bulk([one.question for one in corrections])
    if len(questions) < len(corrections):
        raise GoldRefused("Each correction needs a question of its own, of this question set.")
    made = GoldVersion.objects.create(
        question_set=question_set, number=number, person=person, undoes=undoes
    )
    rows = []
    for one in corrections:
        question = questions[one.question]
        gold = one.gold if undoes else _checked(question, one)
        rows.append(
            GoldCorrection(
                version=made,
                question=question,
                old_gold=question.gold,
                old_alternatives=question.alternatives,
                gold=gold.answer,
                alternatives=list(gold.alternatives),
                reason=one.reason.strip(),
                review=one.review,
            )
        )
        question.gold, question.alternatives = gold.answer, list(gold.alternatives)
        question.gold_version = number
    GoldCorrection.objects.bulk_create(rows)
    Question.objects.bulk_update(
        questions.values(), ["gold", "alternatives", "gold_version"], batch_size=200
    )
    question_set.version = number
    question_set.save(update_fields=["version"])
    done = Action.GOLDS_UNDONE if undoes else Action.GOLDS_CORRECTED
    told = {row.question.key: Change(row.old_gold, row.gold) for row in rows}
    record(done, question_set, version=number, golds=told)
    return made


def _lock(question_set: QuestionSet) -> int:
    """Hold the set's golds until the transaction ends; returns their version."""
    locked = QuestionSet.objects.select_for_update(no_key=True).only("version")
    return locked.get(pk=question_set.pk).version


def _checked(question: Question, one: Correction) -> Gold:
    """The gold answer as it will be stored. Raises GoldRefused."""
    which = f"Question {question.row}"
    now = Gold.of(question)
    if not one.reason.strip():
        raise GoldRefused(f"{which}: say why its gold answer is wrong.")
    if len(one.reason) > LONGEST_REASON:
        raise GoldRefused(f"{which}: give the reason in {LONGEST_REASON:,} characters at most.")
    if one.was is not None and one.was != now:
        raise GoldRefused(
            f"{which}: somebody has corrected its gold answer meanwhile, it is {now.words} now:"
            " look at it again."
        )
    gold = checked_gold(question, one.gold)
    if gold == now:
        raise GoldRefused(f"{which}: that is its gold answer already.")
    return gold


def checked_gold(question: Question, gold: Gold) -> Gold:
    """As it would be stored for a question. Raises GoldRefused."""
    which = f"Question {question.row}"
    told = [text.strip() for text in (gold.answer, *gold.alternatives) if text.strip()]
    if question.options:
        told = [_letter(question, text) for text in told]
    if told and not gold.answer.strip():
        raise GoldRefused(f"{which}: give the gold answer itself before others that are as right.")
    if len(told) > MOST_ALTERNATIVES or any(len(text) > LONGEST for text in told):
        raise GoldRefused(
            f"{which}: give at most {MOST_ALTERNATIVES} answers of {LONGEST:,} characters each."
        )
    if any("\0" in text for text in told):
        raise GoldRefused(f"{which}: its gold answer has a character that cannot be stored.")
    answer, *others = dict.fromkeys(told) or [""]
    return Gold(answer, tuple(others))


def _letter(question: Question, text: str) -> str:
    letters = ascii_uppercase[: len(question.options)]
    letter = text.strip("(). ").upper()
    if len(letter) != 1 or letter not in letters:
        raise GoldRefused(
            f"Question {question.row}: “{text[:40]}” is no letter of its options: give one of"
            f" {letters[0]} to {letters[-1]}."
        )
    return letter

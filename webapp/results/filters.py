"""Which of a run's answers are wanted: by pages, review, counts, programs and files alike."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from urllib.parse import urlencode

from django.db.models import Exists, F, OuterRef, Q, QuerySet, TextChoices

from moe_core.engine import AT_LIMIT
from moe_core.values import Purpose, Verdict
from webapp.accounts.models import User
from webapp.db.keys import Order, key
from webapp.db.words import asked, has_words
from webapp.findings.sets.suspected import Doubt, questions_in_doubt
from webapp.questions.models import SEARCHED as IN_QUESTIONS
from webapp.questions.models import Question
from webapp.results import search
from webapp.reviews.models import Review
from webapp.reviews.reading import not_waiting_blind
from webapp.runs.models import Answer, Generation, Run
from webapp.runs.outcomes import LOST, Outcome, Unseated
from webapp.runs.search_index import SEARCHABLE, SEARCHED

OPEN, UNMATCHED = "open", "unmatched"
UNKNOWN = "unknown"
ANY_LOST = "lost"
MOST_NUMBERED = 1_000  # questions whose ids begin with something
LAST = 2**62  # behind all keys
BACKWARDS = "-number"
# What an index gives in order, within a run. Blank is by number: a run's answers are made in it.
ORDERS = {
    BACKWARDS: Order(falling=True),
    **{name: Order(name) for name in ("verdict", "outcome", "category")},
    **{f"-{name}": Order(name, falling=True) for name in ("verdict", "outcome", "category")},
}


class Reviewed(TextChoices):
    """Whether people have reviewed an answer, and what they said."""

    NOT = "unreviewed", "Unreviewed"
    DISPUTED = "disputed", "Gold disputed"
    UNDISPUTED = "undisputed", "Gold not disputed"
    MINE = "mine", "Reviewed by me"


# Of fields that take only these.
VALUES: Mapping[str, Sequence[str]] = {
    "verdict": (*Verdict, OPEN, UNMATCHED),
    "outcome": (*Outcome, ANY_LOST),
    "unseated": (*Unseated, UNKNOWN),
    "doubt": tuple(Doubt),
    "disagree": ("yes",),
    "spelled": ("yes",),
    "failed": tuple(Purpose),
    "cut": tuple(Purpose),
    "review": tuple(Reviewed),
}


@dataclass(frozen=True)
class Filters:
    """What is asked for; a blank field asks for nothing. All that are set must hold."""

    verdict: str = ""  # of moe_core, or OPEN, or UNMATCHED
    outcome: str = ""  # or ANY_LOST
    unseated: str = ""  # of Unseated, or UNKNOWN: no seat was right
    skill: str = ""  # as inferred, or as profiled
    expert: str = ""  # a key: one that holds a seat
    category: str = ""
    disagree: str = ""  # "yes": seats state different answers
    spelled: str = ""  # "yes": some of its answers were too costly to compare by what they mean
    failed: str = ""  # a purpose: a generation of it failed
    cut: str = ""  # a purpose: an output of it, of the expert if one is named, ended at a limit
    doubt: str = ""  # of Doubt: its gold answer is in doubt, as far as that was looked for
    number: str = ""  # of the question in its set, or its id, or the beginning of that
    words: str = ""  # in the question, or in an output
    review: str = ""  # of Reviewed
    said: str = ""  # a verdict that somebody gave: a key of VerdictKind
    sort: str = ""  # a key of ORDERS; blank: by number. It asks for nothing

    @classmethod
    def of(cls, given: Mapping[str, str]) -> "Filters":
        """As an address asks. What means nothing counts as blank, so that an old one opens."""
        told = {
            name: given.get(name, "").strip().replace("\0", "") for name in cls.__dataclass_fields__
        }
        # Words are found in the order of numbers alone.
        orders = (BACKWARDS,) if told["words"] else tuple(ORDERS)
        for name, values in {**VALUES, "sort": orders}.items():
            if told[name] not in values:
                told[name] = ""
        if key(told["expert"]) is None:
            told["expert"] = ""
        return cls(**told)

    @property
    def query(self) -> str:
        """The same as the part of an address after the question mark; blank without filters."""
        return urlencode({name: value for name, value in asdict(self).items() if value})

    @property
    def asks(self) -> bool:
        """Whether anything is asked for."""
        return bool(replace(self, sort="").query)

    @property
    def order(self) -> Order:
        return ORDERS.get(self.sort, Order())

    def but(self, **changes: str) -> str:
        """The query of these filters with some of them changed."""
        return replace(self, **changes).query

    def answers(self, run: Run, person: User) -> QuerySet[Answer]:
        found = self._without_words(run, person)
        if not self.words:
            return found
        if not has_words(self.words):
            return found.none()
        outputs = Generation.objects.filter(SEARCHABLE, run=run).annotate(told=SEARCHED)
        questions = Question.objects.filter(question_set=run.question_set_id)
        in_questions = questions.annotate(told=IN_QUESTIONS).filter(told=asked(self.words))
        holding = outputs.filter(told=asked(self.words)).values("answer")
        return found.filter(Q(pk__in=holding) | Q(question__in=in_questions.values("pk")))

    def near(
        self,
        run: Run,
        person: User,
        *,
        after: int | None = None,
        before: int | None = None,
        many: int,
    ) -> QuerySet[Answer]:
        """Of these answers at least the first `many` after a key, or the last before one, in their
        order.

        What a page or a step to the next answer needs: a search for words ends as soon as these
        are found, however many more there are.
        """
        found = self._without_words(run, person)
        if self.order.falling and not self.order.column:
            after, before = before, LAST if after is None and before is None else after
        if self.words:
            keys = search.holding(run, found, self.words, after=after, before=before, many=many)
        elif self.skill and not self.order.column:
            keys = _all_at_once(found, after, before, many)
        else:
            return found
        return Answer.objects.filter(pk__in=keys)

    def count(self, run: Run, person: User, most: int) -> int:
        """How many answers these are, counted as far as `most`."""
        found = self._without_words(run, person)
        if self.words:
            return len(search.holding(run, found, self.words, many=most))
        if self.skill:
            return len(_all_at_once(found, None, None, most))
        return found.order_by().values("pk")[:most].count()

    def _without_words(self, run: Run, person: User) -> QuerySet[Answer]:
        found = Answer.objects.filter(run=run)
        if self.verdict == UNMATCHED:
            found = found.filter(uniform=True)
        elif self.verdict:
            found = found.filter(verdict="" if self.verdict == OPEN else self.verdict)
        if self.outcome == ANY_LOST:
            found = found.filter(outcome__in=LOST)
        elif self.outcome:
            found = found.filter(outcome=self.outcome)
        if self.unseated == UNKNOWN:
            found = found.filter(outcome=Outcome.NONE_RIGHT, unseated="")
        elif self.unseated:
            found = found.filter(unseated=self.unseated)
        if self.doubt:
            found = found.filter(question__in=questions_in_doubt(run, self.doubt))
        if self.number:
            found = found.filter(question__in=_numbered(run, self.number))
        if self.skill:
            found = found.filter(skills__contains=[[self.skill]])
        if self.category:
            found = found.filter(category=self.category)
        if self.disagree:
            found = found.filter(stances__gt=1)
        if self.spelled:
            found = found.filter(comparison=Answer.Comparison.COSTLY)
        if self.failed:
            failures = Generation.objects.filter(
                run=run, answer=OuterRef("pk"), purpose=self.failed, status=Generation.Status.FAILED
            )
            found = found.filter(Exists(failures))
        if self.cut:
            cut = Generation.objects.filter(
                run=run, answer=OuterRef("pk"), purpose=self.cut, finish_reason=AT_LIMIT
            )
            found = found.filter(
                Exists(cut.filter(expert=int(self.expert)) if self.expert else cut)
            )
        if self.expert:
            seats = Generation.objects.filter(
                run=run, answer=OuterRef("pk"), purpose=Purpose.RESPOND, expert=int(self.expert)
            )
            found = found.filter(Exists(seats))
        found = self._reviewed(found, run, person)
        # What somebody is to review blind first must not be told of by what it is found by.
        return not_waiting_blind(found, person) if self._tells else found

    @property
    def _tells(self) -> bool:
        """Whether being among what these filters find tells of verdicts, experts or reviews."""
        told = (
            *(self.verdict, self.outcome, self.unseated, self.doubt),
            *(self.expert, self.said, self.failed, self.cut),
        )
        others = self.review in {Reviewed.DISPUTED, Reviewed.UNDISPUTED}
        return any(told) or others

    def _reviewed(self, found: QuerySet[Answer], run: Run, person: User) -> QuerySet[Answer]:
        reviews = Review.objects.filter(run=run, answer=OuterRef("pk"))
        disputes = reviews.filter(disputes=True)
        if self.said:
            found = found.filter(Exists(reviews.filter(verdicts__contains=[self.said])))
        match self.review:
            case Reviewed.NOT:
                return found.exclude(Exists(reviews))
            case Reviewed.DISPUTED:
                return found.filter(Exists(disputes))
            case Reviewed.UNDISPUTED:
                return found.exclude(Exists(disputes))
            case Reviewed.MINE:
                return found.filter(Exists(reviews.filter(person=person)))
        return found


def _all_at_once(
    found: QuerySet[Answer], after: int | None, before: int | None, many: int
) -> list[int]:
    """Keys of the first `many` after a key, or the last before one, the last first.

    The order is by a sum for Postgres, so that it looks a skill up: it would rather walk through
    the run until it has met the skill often enough, and a skill's questions may all come last.
    """
    rows = found.annotate(place=F("pk") + 0)
    if before is not None:
        rows = rows.filter(place__lt=before).order_by("-place")
    else:
        rows = rows.filter(place__gt=after or 0).order_by("place")
    return list(rows.values_list("pk", flat=True)[:many])


def _numbered(run: Run, number: str) -> list[int]:
    """Keys of the questions with this number, or id; of what is no number, also with ids that begin
    so: of many, the first."""
    rows = Question.objects.filter(question_set=run.question_set_id).order_by("row")
    keys = rows.values_list("pk", flat=True)
    if (place := key(number)) is not None:
        return [*keys.filter(row=place), *keys.filter(key=number)]
    return list(keys.filter(key__startswith=number)[:MOST_NUMBERED])


def neighbours(answer: Answer, filters: Filters, person: User) -> tuple[int | None, int | None]:
    """The answers before and after this one, under the same filters."""
    order = filters.order
    before = filters.near(answer.run, person, before=answer.pk, many=1)
    after = filters.near(answer.run, person, after=answer.pk, many=1)
    earlier = order.behind(before, answer.pk, backwards=True)
    return (
        order.sorted(earlier, backwards=True).values_list("pk", flat=True).first(),
        order.sorted(order.behind(after, answer.pk)).values_list("pk", flat=True).first(),
    )

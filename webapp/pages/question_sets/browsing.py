"""A set's questions under the filters of an address, and what there is to filter by."""

from dataclasses import asdict, dataclass
from urllib.parse import urlencode

from django.db.models import Count, QuerySet
from django.http import QueryDict

from webapp.db.keys import Order
from webapp.db.memory import cache
from webapp.pages.shared.addresses import text_param
from webapp.pages.shared.controls import Control, Search, select
from webapp.questions.models import Question, QuestionSet
from webapp.questions.searching import holding

CATEGORIES = 200  # offered as a filter, the largest ones
LONGEST_WORDS = 200  # characters looked for
KEPT_SECONDS = 3600  # a version of a set does not change


@dataclass(frozen=True)
class Wanted:
    """What an address asks for; a blank field asks for nothing."""

    words: str = ""  # in the question, or the beginning of its id
    category: str = ""

    @classmethod
    def of(cls, given: QueryDict) -> "Wanted":
        return cls(**{name: text_param(given, name) for name in cls.__dataclass_fields__})

    @property
    def query(self) -> str:
        """The same as the part of an address after the question mark; blank without filters."""
        return urlencode({name: value for name, value in asdict(self).items() if value})

    @property
    def with_mark(self) -> str:
        """The query with its question mark, or nothing."""
        return f"?{self.query}" if self.query else ""

    @property
    def order(self) -> Order:
        """That of the file, by the index of rows: by that of all keys, Postgres would walk through
        the questions of other sets. Keys rise with the rows, and a category is indexed by them."""
        return Order() if self.category or self.words else Order("row")

    def questions(
        self,
        question_set: QuestionSet,
        *,
        after: int | None = None,
        before: int | None = None,
        many: int,
    ) -> QuerySet[Question]:
        """The first `many` after a key, or the last before one, where words are looked for; all of
        them otherwise."""
        found = Question.objects.filter(question_set=question_set)
        if self.category:
            found = found.filter(category=self.category)
        if not self.words:
            return found
        keys = holding(question_set, found, self.words, after=after, before=before, many=many)
        return Question.objects.filter(pk__in=keys)


def neighbours(question: Question, wanted: Wanted) -> tuple[int | None, int | None]:
    """The questions before and after this one, under the same filters."""
    of, key, order = question.question_set, question.pk, wanted.order
    earlier = order.behind(wanted.questions(of, before=key, many=1), key, backwards=True)
    later = order.behind(wanted.questions(of, after=key, many=1), key)
    return (
        order.sorted(earlier, backwards=True).values_list("pk", flat=True).first(),
        order.sorted(later).values_list("pk", flat=True).first(),
    )


@dataclass(frozen=True)
class Contents:
    """What is in a set: how many questions have a gold answer, and how many each category."""

    with_gold: int
    categories: list[tuple[str, int]]


def contents(question_set: QuestionSet) -> Contents:
    key = f"questions/{question_set.pk}.{question_set.version}/contents"
    found: Contents | None = cache.get(key)
    if found is None:
        counted = question_set.questions.exclude(category="").order_by()
        by_category = counted.values_list("category").annotate(n=Count("pk"))
        found = Contents(
            question_set.questions.exclude(gold="").count(),
            list(by_category.order_by("-n", "category")[:CATEGORIES]),
        )
        cache.set(key, found, KEPT_SECONDS)
    return found


def controls(inside: Contents, wanted: Wanted) -> list[Control]:
    """What the filters offer."""
    words = "Words of a question, or the beginning of an id"
    found: list[Control] = [Search("words", words, wanted.words, longest=LONGEST_WORDS)]
    if inside.categories:
        titles = [(name, f"{name} ({n:,})") for name, n in inside.categories]
        found.append(select("category", "Category", "every category", titles, wanted.category))
    return found

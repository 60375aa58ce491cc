"""A run's answers under the filters of an address, which pages, review and counts share."""

from dataclasses import asdict, dataclass
from urllib.parse import urlencode

from django.contrib.postgres.search import SearchQuery
from django.db.models import Exists, OuterRef, QuerySet
from django.http import QueryDict

from moe_core.values import Purpose, Verdict
from webapp.accounts.models import User
from webapp.runs.models import SEARCHABLE, SEARCHED, Answer, Generation, Review, Run
from webapp.runs.outcomes import Outcome

OPEN, UNMATCHED = "open", "unmatched"
UNREVIEWED, DISPUTED, MINE = "unreviewed", "disputed", "mine"
REVIEWED = {UNREVIEWED: "Unreviewed", DISPUTED: "Gold disputed", MINE: "Reviewed by me"}


@dataclass(frozen=True)
class Filters:
    """What an address asks for; a blank field asks for nothing. All that are set must hold."""

    verdict: str = ""  # of moe_core, or OPEN, or UNMATCHED
    outcome: str = ""
    skill: str = ""  # as inferred, or as profiled
    expert: str = ""  # a key: one that holds a seat
    category: str = ""
    disagree: str = ""  # "yes": seats state different answers
    failed: str = ""  # a purpose: a generation of it failed
    words: str = ""  # in an output
    review: str = ""  # a key of REVIEWED

    @classmethod
    def of(cls, given: QueryDict) -> "Filters":
        """Values that mean nothing count as blank, so that an old address still opens."""
        told = {name: given.get(name, "").strip() for name in cls.__dataclass_fields__}
        allowed = {
            "verdict": {*Verdict, OPEN, UNMATCHED},
            "outcome": set(Outcome),
            "disagree": {"yes"},
            "failed": set(Purpose),
            "review": set(REVIEWED),
        }
        for name, values in allowed.items():
            if told[name] not in values:
                told[name] = ""
        if not (told["expert"].isascii() and told["expert"].isdigit() and len(told["expert"]) < 19):
            told["expert"] = ""
        return cls(**{name: text.replace("\0", "") for name, text in told.items()})

    @property
    def query(self) -> str:
        """The same as the part of an address after the question mark; blank without filters."""
        return urlencode({name: value for name, value in asdict(self).items() if value})

    def answers(self, run: Run, person: User) -> QuerySet[Answer]:
        found = Answer.objects.filter(run=run)
        if self.verdict == UNMATCHED:
            found = found.filter(uniform=True)
        elif self.verdict:
            found = found.filter(verdict="" if self.verdict == OPEN else self.verdict)
        if self.outcome:
            found = found.filter(outcome=self.outcome)
        if self.skill:
            found = found.filter(skills__contains=[[self.skill]])
        if self.category:
            found = found.filter(question__category=self.category)
        if self.disagree:
            found = found.filter(stances__gt=1)
        if self.failed:
            failures = Generation.objects.filter(
                run=run, answer=OuterRef("pk"), purpose=self.failed, status=Generation.Status.FAILED
            )
            found = found.filter(Exists(failures))
        if self.expert:
            seats = Generation.objects.filter(
                run=run, answer=OuterRef("pk"), purpose=Purpose.RESPOND, expert=self.expert
            )
            found = found.filter(Exists(seats))
        if self.words:
            wanted = SearchQuery(self.words, config="simple", search_type="websearch")
            outputs = Generation.objects.filter(SEARCHABLE, run=run, answer=OuterRef("pk"))
            found = found.filter(Exists(outputs.annotate(told=SEARCHED).filter(told=wanted)))
        return self._reviewed(found, person)

    def _reviewed(self, found: QuerySet[Answer], person: User) -> QuerySet[Answer]:
        reviews = Review.objects.filter(answer=OuterRef("pk"))
        match self.review:
            case "unreviewed":
                return found.exclude(Exists(reviews))
            case "disputed":
                return found.filter(Exists(reviews.filter(verdict=Review.Verdict.DISPUTED)))
            case "mine":
                return found.filter(Exists(reviews.filter(person=person)))
        return found


def neighbours(answer: Answer, filters: Filters, person: User) -> tuple[int | None, int | None]:
    """The answers before and after this one, under the same filters."""
    keys = filters.answers(answer.run, person).order_by("pk").values_list("pk", flat=True)
    before = keys.filter(pk__lt=answer.pk).order_by("-pk").first()
    return before, keys.filter(pk__gt=answer.pk).first()

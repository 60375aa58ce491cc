"""What hangs on a thing, and is deleted with it."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet, Sum

from webapp.experts.models import Pool
from webapp.keeping.kinds import Named
from webapp.questions.models import QuestionSet
from webapp.runs.models import Profile, RecordedResponse, Run

NAMED = 20  # runs, and profiles


@dataclass(frozen=True)
class Hanging:
    """Things that go with one, it among them where it is a profile or a run."""

    thing: Named
    profiles: QuerySet[Profile]
    runs: QuerySet[Run]

    def others(self) -> tuple[list[Profile], list[Run]]:
        """But for the thing itself, the newest first; only some of many."""
        related = ("pool", "question_set")
        profiles = self.profiles.select_related(*related).order_by("-pk")
        runs = self.runs.select_related(*related, "expert").order_by("-pk")
        if isinstance(self.thing, Profile):
            profiles = profiles.exclude(pk=self.thing.pk)
        if isinstance(self.thing, Run):
            runs = runs.exclude(pk=self.thing.pk)
        return list(profiles[:NAMED]), list(runs[:NAMED])

    def counted(self) -> "Counted":
        """Answers are as many as the questions of the runs."""
        runs = list(self.runs.values_list("pk", flat=True))
        own = isinstance(self.thing, Run)
        return Counted(
            profiles=self.profiles.count() - isinstance(self.thing, Profile),
            runs=len(runs) - own,
            answers=self.runs.aggregate(n=Sum("questions", default=0))["n"],
            reviews=_count(runs, "reviews"),
            comments=_count(runs, "comments") + _count(runs, "answers__comments"),
            **self._of_set(),
        )

    def _of_set(self) -> dict[str, int]:
        if not isinstance(self.thing, QuestionSet):
            return {}
        recorded = RecordedResponse.objects.filter(question__question_set=self.thing)
        return {"questions": self.thing.size, "responses": recorded.count()}


@dataclass(frozen=True)
class Counted:
    """How much of each there is."""

    questions: int = 0
    responses: int = 0  # recorded
    profiles: int = 0
    runs: int = 0
    answers: int = 0
    reviews: int = 0
    comments: int = 0

    @property
    def rests(self) -> bool:
        """Whether other things hang on it, which a person has to agree to."""
        return bool(self.profiles or self.runs)

    def told(self) -> list[tuple[int, str]]:
        """(how many, of what) of what there is."""
        words = {
            "profile": self.profiles,
            "run": self.runs,
            "question": self.questions,
            "recorded response": self.responses,
            "answer": self.answers,
            "review": self.reviews,
            "comment": self.comments,
        }
        return [(n, word if n == 1 else f"{word}s") for word, n in words.items() if n]


def hanging_on(thing: Named) -> Hanging:
    match thing:
        case Run():
            return Hanging(thing, Profile.objects.none(), Run.objects.filter(pk=thing.pk))
        case Profile():
            profiles = Profile.objects.filter(pk=thing.pk)
            return Hanging(thing, profiles, Run.objects.filter(profile=thing))
        case Pool():
            profiles = Profile.objects.filter(pool=thing)
            return Hanging(thing, profiles, Run.objects.filter(pool=thing))
        case QuestionSet():
            profiles = Profile.objects.filter(question_set=thing)
            resting = Q(question_set=thing) | Q(profile__in=profiles)
            return Hanging(thing, profiles, Run.objects.filter(resting))


def _count(runs: list[int], related: str) -> int:
    """Rows that others keep of these runs, who stand above."""
    # From the few rows, not from every answer of the runs.
    there = Run.objects.filter(pk__in=runs, **{f"{related}__isnull": False})
    return int(there.aggregate(n=Count(related))["n"])


def in_words(told: Iterable[tuple[int, str]]) -> str:
    """3 runs, 24 answers and 1 review."""
    parts = [f"{n:,} {word}" for n, word in told]
    return " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)

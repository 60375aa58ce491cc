"""Two experts over the same validation questions, and the questions behind any figure.

Only graded responses count, as in a profile's cells; no answer counts as not right.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.db.models import Exists, OuterRef, QuerySet

from moe_core.paired import SIGNIFICANT, mcnemar
from moe_core.values import Purpose, Verdict
from webapp.experts.models import Expert
from webapp.experts.short_names import short
from webapp.pages.profiles.tally import Tally
from webapp.pages.shared.text import chance
from webapp.runs.models import Answer, Generation, Run
from webapp.runs.sql import fetched

# Who has to be right on a question: the first expert, the second; None where it does not matter.
WHO: dict[str, tuple[bool | None, bool | None]] = {
    "right": (True, None),
    "wrong": (False, None),
    "both": (True, True),
    "first": (True, False),
    "second": (False, True),
    "neither": (False, False),
}

_GRADED = """{0}.purpose = %(purpose_profile)s AND {0}.status = %(status_done)s
        AND {0}.verdict NOT IN ('', %(verdict_ungraded)s)"""
_PAIRED = """
    SELECT {what}, count(*) FILTER (WHERE {a_right} AND {b_right}),
           count(*) FILTER (WHERE {a_right} AND NOT {b_right}),
           count(*) FILTER (WHERE NOT {a_right} AND {b_right}),
           count(*) FILTER (WHERE NOT {a_right} AND NOT {b_right})
    FROM runs_generation a JOIN runs_generation b ON b.answer_id = a.answer_id {skills}
    WHERE a.run_id = %(run)s AND a.expert_id = %(first)s AND {a}
      AND b.expert_id = %(second)s AND {b}
    GROUP BY 1
"""
_SIDES = {
    **{side: _GRADED.format(side) for side in "ab"},
    **{f"{side}_right": f"{side}.verdict = %(verdict_correct)s" for side in "ab"},
}
_TOTAL = _PAIRED.format(what="''", skills="", **_SIDES)
_BY_SKILL = _PAIRED.format(
    what="named ->> 1",
    skills="""JOIN runs_answer asked ON asked.id = a.answer_id
    CROSS JOIN LATERAL jsonb_array_elements(asked.skills) AS named""",
    **_SIDES,
)


@dataclass(frozen=True)
class ExpertPair:
    """Questions that two experts both answered, of one skill or, without one, of all."""

    skill: str
    both: int
    first: int  # only the first expert is right
    second: int
    neither: int

    @property
    def n(self) -> int:
        return self.both + self.first + self.second + self.neither

    @property
    def of_first(self) -> Tally:
        return Tally(self.both + self.first, self.n)

    @property
    def of_second(self) -> Tally:
        return Tally(self.both + self.second, self.n)

    @property
    def points(self) -> float:
        """Percentage points by which the first is right more often."""
        return 100 * (self.first - self.second) / self.n

    @property
    def p(self) -> float:
        """How often chance alone divides the questions that only one got right so unevenly."""
        return mcnemar(self.first, self.second)

    @property
    def chance(self) -> str:
        """`p` for people."""
        return chance(self.p)

    @property
    def better(self) -> str:
        """ "first" or "second"; blank where chance explains the difference."""
        if self.p >= SIGNIFICANT:
            return ""
        return "first" if self.first > self.second else "second"

    @property
    def query(self) -> str:
        return urlencode({"skill": self.skill}) if self.skill else ""

    @property
    def counts(self) -> Iterator[tuple[str, int]]:
        """The counts by the names that WHO has for them."""
        return ((who, getattr(self, who)) for who in ("both", "first", "second", "neither"))


def paired(run: Run, first: Expert, second: Expert) -> ExpertPair | None:
    """Over all questions; None where they have none in common."""
    rows = fetched(_TOTAL, run=run.pk, first=first.pk, second=second.pk)
    return ExpertPair(*rows[0]) if rows else None


def paired_by_skill(run: Run, first: Expert, second: Expert) -> list[ExpertPair]:
    """Every skill, the one on which they differ most first."""
    found = [
        ExpertPair(*row) for row in fetched(_BY_SKILL, run=run.pk, first=first.pk, second=second.pk)
    ]
    return sorted(found, key=lambda pair: (-abs(pair.first - pair.second), -pair.n, pair.skill))


@dataclass(frozen=True)
class CellQuestions:
    """Which validation questions a page shows: of a skill, by who is right."""

    experts: tuple[Expert, ...]  # one or two
    skill: str = ""
    family: str = ""
    among: Sequence[int] | None = None  # the keys of the family's answers
    who: str = ""  # of WHO; blank: whoever is right

    @property
    def names(self) -> str:
        """The experts', in words."""
        return " and ".join(short(expert) for expert in self.experts)

    @property
    def on(self) -> str:
        """What the questions are of, in words."""
        return self.skill or (f"all of {self.family}" if self.family else "all questions")

    def answers(self, run: Run) -> QuerySet[Answer]:
        found = Answer.objects.filter(run=run)
        if self.skill:
            found = found.filter(skills__contains=[[self.skill]])
        if self.among is not None:
            found = found.filter(pk__in=self.among)
        for expert, is_right in zip(self.experts, WHO.get(self.who, (None, None)), strict=False):
            graded = responses(run).filter(answer=OuterRef("pk"), expert=expert)
            if is_right:
                graded = graded.filter(verdict=Verdict.CORRECT)
            elif is_right is False:
                graded = graded.exclude(verdict=Verdict.CORRECT)
            found = found.filter(Exists(graded))
        return found


def responses(run: Run) -> QuerySet[Generation]:
    """The graded responses to a profile's questions."""
    done = Generation.objects.filter(
        run=run, purpose=Purpose.PROFILE, status=Generation.Status.DONE
    )
    return done.exclude(verdict__in=["", Verdict.UNGRADED])

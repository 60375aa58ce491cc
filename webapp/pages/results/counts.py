"""How a run's answers fall into verdicts, outcomes, skills and categories, counted by Postgres."""

from dataclasses import asdict, dataclass, replace

from django.db.models import Count, Max

from webapp.accounts.models import User
from webapp.db.rows import fetched
from webapp.results.filters import ANY_LOST, OPEN, UNMATCHED, Filters
from webapp.reviews.models import Review
from webapp.runs.kept import kept
from webapp.runs.models import Answer, Run
from webapp.runs.outcomes import LOST

MOST = 10_000  # answers counted one by one
MOST_WITH_WORDS = 1_000  # those that a search finds
SAMPLE = 20_000  # answers whose skills and categories are looked at
OFFERED = 200  # of them, the most frequent


@dataclass(frozen=True)
class Totals:
    """All of a run's answers by verdict and by outcome; what has none yet under a blank."""

    verdicts: dict[str, int]
    outcomes: dict[str, int]
    unmatched: int  # whatever their verdict
    as_spelled: int  # in part, because comparing what answers mean took too long

    @property
    def lost(self) -> int:
        return sum(self.outcomes.get(kind, 0) for kind in LOST)


def totals(run: Run) -> Totals:
    def count() -> Totals:
        rows = Answer.objects.filter(run=run).order_by()
        verdicts, outcomes = (
            dict(rows.values_list(name).annotate(n=Count("pk"))) for name in ("verdict", "outcome")
        )
        as_spelled = rows.filter(comparison=Answer.Comparison.COSTLY).count()
        return Totals(verdicts, outcomes, rows.filter(uniform=True).count(), as_spelled)

    return kept("all totals", run, count=count)


@dataclass(frozen=True)
class Matched:
    """How many answers filters let through; at least so many where they are not all counted."""

    count: int
    more: bool = False


def matched(run: Run, filters: Filters, person: User) -> Matched:
    known = _known(run, filters)
    if known is not None:
        return Matched(known)
    most = MOST_WITH_WORDS if filters.words else MOST
    name = f"matched/{person.pk}/{reviewed(run)}/{replace(filters, sort='').query}"
    found = kept(name, run, count=lambda: filters.count(run, person, most + 1))
    return Matched(min(found, most), more=found > most)


def _known(run: Run, filters: Filters) -> int | None:
    """What the totals say already, where nothing but a verdict or an outcome is asked for."""
    asked = {name for name, value in asdict(filters).items() if value and name != "sort"}
    if not asked:
        return run.questions
    if asked == {"verdict"} and filters.verdict != UNMATCHED:
        wanted = "" if filters.verdict == OPEN else filters.verdict
        return totals(run).verdicts.get(wanted, 0)
    if asked == {"outcome"}:
        found = totals(run)
        return found.lost if filters.outcome == ANY_LOST else found.outcomes.get(filters.outcome, 0)
    return None


# Answers spread over the whole run, each in another place of its step, so that no order of the
# questions is mistaken for their mixture; all of a run that is no longer than the sample.
_SAMPLE = """
    SELECT DISTINCT a.id, a.skills, a.category
    FROM (SELECT min(id) AS first, max(id) - min(id) + 1 AS span
          FROM runs_answer WHERE run_id = %s) ends,
    generate_series(0, %s - 1) AS n,
    runs_answer a
    WHERE a.run_id = %s AND a.id = first + n * span / %s
        + (hashint4(n) & 2147483647) %% greatest(span / %s, 1)
"""
_SKILLS = f"""
    SELECT skill ->> 1 FROM ({_SAMPLE}) a, jsonb_array_elements(a.skills) AS skill
    WHERE skill ->> 1 IS NOT NULL GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT %s
"""  # noqa: S608
_CATEGORIES = f"""
    SELECT category FROM ({_SAMPLE}) a
    WHERE category <> '' GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT %s
"""  # noqa: S608


def skills(run: Run) -> list[str]:
    """The most frequent skills of a run, by name; of a long run, those of a sample."""
    return kept("skills", run, count=lambda: _most_frequent(_SKILLS, run))


def categories(run: Run) -> list[str]:
    return kept("categories", run, count=lambda: _most_frequent(_CATEGORIES, run))


def _most_frequent(sql: str, run: Run) -> list[str]:
    found = fetched(sql, [run.pk, SAMPLE, run.pk, SAMPLE, SAMPLE, OFFERED])
    return sorted(name for (name,) in found)


def reviewed(run: Run) -> str:
    """Changes whenever a review of the run does."""
    newest = Review.objects.filter(run=run).aggregate(n=Count("pk"), last=Max("changed"))
    return f"{newest['n']} {newest['last']}"

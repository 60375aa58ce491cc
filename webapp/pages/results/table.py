"""The table of a run's answers: what may be chosen, how many there are, and one page of rows."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from django.db.models.functions import Left

from moe_core.values import Purpose, Verdict
from webapp.accounts.middleware import TeamRequest
from webapp.experts.models import Expert
from webapp.experts.short_names import short
from webapp.findings.sets.suspected import Doubt
from webapp.pages.results import counts
from webapp.pages.results.columns import columns_of
from webapp.pages.shared.addresses import key_param
from webapp.pages.shared.controls import (
    Check,
    Control,
    Search,
    select,
    select_text,
    without_control,
)
from webapp.pages.shared.paging import SIZE, Page, page_of
from webapp.progress.words import KINDS
from webapp.results.filters import ANY_LOST, OPEN, UNMATCHED, Filters, Reviewed
from webapp.reviews.reading import told, waiting_blind
from webapp.reviews.verdicts import titles_of
from webapp.runs.models import Answer, Finding, Generation, Run
from webapp.runs.outcomes import LOST, Outcome
from webapp.runs.seats import final_responses

PREVIEW = 300  # characters of a question in the table


def page_context(request: TeamRequest, run: Run) -> dict[str, Any]:
    """What the page of a run's answers shows."""
    filters = Filters.of(request.GET)
    page = _page(request, run, filters)
    titles = titles_of(request.team)
    controls = _controls(run, filters, titles)
    return {
        "run": run,
        "filters": filters,
        "page": page,
        "seats": _seats(run, page.rows),
        "reviews": told(page.rows, request.user, titles),
        "blind": waiting_blind(page.rows, request.user),
        "answers": run.kind == Run.Kind.ANSWER,
        "columns": columns_of(request, run, filters),
        "asked": [(name, value) for name, value in asdict(filters).items() if value],
        "matched": _matched(request, run, filters, page),
        "tabs": _tabs(run, filters),
        "controls": controls,
        "hidden": without_control(asdict(filters), controls),
        "lost": LOST,
        "preview": PREVIEW,
    }


def _page(request: TeamRequest, run: Run, filters: Filters) -> Page[Answer]:
    """Found by their keys alone first: Postgres then sorts numbers, not texts."""
    found = filters.near(
        run,
        request.user,
        after=key_param(request.GET, "after"),
        before=key_param(request.GET, "before"),
        many=SIZE + 1,
    )
    page = page_of(request, found.only("pk"), order=filters.order, size=SIZE)
    rows = (
        Answer.objects.select_related("question")
        .defer("probabilities", "contributions", "question__text", "question__options")
        .annotate(preview=Left("question__text", PREVIEW + 1))
        .in_bulk([row.pk for row in page.rows])
    )
    run.give_golds(row.question for row in rows.values())
    return replace(page, rows=[rows[row.pk] for row in page.rows])


def _matched(
    request: TeamRequest, run: Run, filters: Filters, page: Page[Answer]
) -> counts.Matched:
    """What fits on the first page is counted with it."""
    is_first = key_param(request.GET, "after") is None and key_param(request.GET, "before") is None
    if is_first and not page.next:
        return counts.Matched(len(page.rows))
    return counts.matched(run, filters, request.user)


def _seats(run: Run, rows: Sequence[Answer]) -> dict[int | None, list[Generation]]:
    """Who answered each question, by seat; of several rounds, that by which the seat stands."""
    purpose = Purpose.PROFILE if run.kind == Run.Kind.PROFILE else Purpose.RESPOND
    found = (
        final_responses(Generation.objects.filter(answer__in=rows, purpose=purpose))
        .select_related("expert")
        .only("answer_id", "number", "status", "verdict", "stated", "expert__name")
    )
    seats: dict[int | None, list[Generation]] = defaultdict(list)
    for seat in found:
        seats[seat.answer_id].append(seat)
    return dict(seats)


@dataclass(frozen=True)
class Tab:
    title: str
    count: int
    query: str
    chosen: bool


def _tabs(run: Run, filters: Filters) -> list[Tab]:
    """One per verdict, with the run's own numbers; the other filters stay."""
    if run.kind != Run.Kind.ANSWER:
        return []
    verdicts = counts.totals(run).verdicts
    named = [("", "All", run.questions)]
    named += [(v.value, v.value.capitalize(), verdicts.get(v.value, 0)) for v in _verdicts(run)]
    named.append((OPEN, "Not yet", verdicts.get("", 0)))
    if unmatched := counts.totals(run).unmatched:
        named.append((UNMATCHED, "Unmatched", unmatched))
    return [
        Tab(title, n, filters.but(verdict=value), filters.verdict == value)
        for value, title, n in named
    ]


def _verdicts(run: Run) -> list[Verdict]:
    """Those that have a tab: what is rare has none where there is none."""
    rare = not counts.totals(run).verdicts.get(Verdict.TOO_COSTLY.value)
    return [verdict for verdict in Verdict if not (rare and verdict is Verdict.TOO_COSTLY)]


def _controls(run: Run, filters: Filters, titles: dict[str, str]) -> list[Control]:
    """In the order in which they stand; those that would offer nothing are left out."""
    answers = run.kind == Run.Kind.ANSWER
    skills = _offered(counts.skills(run), filters.skill)
    categories = _offered(counts.categories(run), filters.category)
    experts = [(expert.pk, short(expert)) for expert in _experts(run)]
    outcomes = [(value, f"{title} ({n:,})") for value, title, n in _outcomes(run)]
    said = list(titles.items())
    cut = _cut_off(run, filters.cut)
    found: list[tuple[bool, Control]] = [
        (answers, select("outcome", "How it came about", "in any way", outcomes, filters.outcome)),
        (bool(skills), select_text("skill", "Skill", "every skill", skills, filters.skill)),
        (
            bool(experts),
            select("expert", "Expert with a seat", "every expert", experts, filters.expert),
        ),
        (
            bool(categories),
            select_text("category", "Category", "every category", categories, filters.category),
        ),
        (
            bool(filters.doubt) or _has_doubts(run),
            select("doubt", "Gold answer", "whatever it is", Doubt.choices, filters.doubt),
        ),
        (True, select("review", "Review", "any or none", Reviewed.choices, filters.review)),
        (answers, select("said", "A verdict says", "anything", said, filters.said)),
        (bool(cut), select("cut", "Cut off at a limit", "or not", cut, filters.cut)),
        (True, Search("number", "Number or id", filters.number, longest=200, key="")),
        (
            True,
            Search("words", "Words in questions and outputs", filters.words, "whole words"),
        ),
        (answers, Check("disagree", "Experts disagree", bool(filters.disagree))),
        (
            bool(filters.spelled or counts.totals(run).as_spelled),
            Check("spelled", "Compared as spelled", bool(filters.spelled)),
        ),
    ]
    return [control for is_offered, control in found if is_offered]


def _outcomes(run: Run) -> list[tuple[str, str, int]]:
    """(value, title, how many) of every way that a verdict can come about."""
    totals = counts.totals(run)
    each = [(kind.value, str(kind.label), totals.outcomes.get(kind, 0)) for kind in Outcome]
    lost = [entry for entry in each if entry[0] in LOST]
    rest = [entry for entry in each if entry[0] not in LOST]
    return [*rest, (ANY_LOST, "Lost in any way", totals.lost), *lost]


def _cut_off(run: Run, chosen: str) -> list[tuple[str, str]]:
    """(value, title) of every purpose of which outputs ended at a limit, and of the chosen one."""
    found: Counter[str] = Counter({chosen: 0} if chosen else {})
    for row in run.progress.all():
        found[row.purpose] += row.cut_off
    return [
        (purpose, f"{KINDS.get(purpose, purpose)} ({n:,})")
        for purpose, n in found.items()
        if n or purpose == chosen
    ]


def _has_doubts(run: Run) -> bool:
    """Whether gold answers of its set were looked through."""
    searched = Finding.objects.filter(name=Finding.Name.SUSPECTS, ready=True)
    return searched.filter(question_set=run.question_set_id).exists()


def _offered(names: list[str], chosen: str) -> list[str]:
    """What may be chosen, with what an address has chosen."""
    return names if not chosen or chosen in names else [chosen, *names]


def _experts(run: Run) -> list[Expert]:
    """Those that were asked to respond."""
    asked = run.progress.filter(purpose=Purpose.RESPOND).select_related("expert")
    return sorted((row.expert for row in asked), key=lambda expert: expert.name)

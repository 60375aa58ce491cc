"""A profile as a table of experts by skills, in the order that an address asks for."""

from dataclasses import asdict, dataclass, replace
from itertools import groupby
from urllib.parse import urlencode

from django.db.models import F, FloatField, Max, Min, Q, Sum
from django.db.models.functions import Cast
from django.http import HttpRequest

from webapp.db.rows import fetched
from webapp.experts.models import Expert
from webapp.pages.profiles.tally import Tally
from webapp.pages.shared.addresses import page_param, text_param
from webapp.runs.found_skills import THIN
from webapp.runs.models import Profile, Run

SKILLS = 40  # columns of one page
NO_CATEGORY = "no category"
OF_SKILL = "skill:"  # sorts the experts by what follows

ROWS = {"strength": "strongest first", "name": "by name"}
COLUMNS = {"questions": "most questions", "name": "by name", "spread": "largest spread"}
GROUPS = {"none": "not grouped", "category": "by category"}

# The category in which most questions of a skill lie.
_CATEGORIES = """
    SELECT DISTINCT ON (skill) skill, category FROM (
        SELECT named ->> 1 AS skill, q.category, count(*) AS questions
        FROM runs_answer a JOIN questions_question q ON q.id = a.question_id
        CROSS JOIN LATERAL jsonb_array_elements(a.skills) AS named
        WHERE a.run_id = %s GROUP BY 1, 2) counted
    ORDER BY skill, questions DESC, category
"""


@dataclass(frozen=True)
class Order:
    """What an address asks for; what means nothing counts as not asked."""

    rows: str = "strength"  # of ROWS, or OF_SKILL and a skill
    columns: str = "questions"
    group: str = "none"
    page: int = 1

    @classmethod
    def of(cls, request: HttpRequest) -> "Order":
        given = request.GET
        rows = text_param(given, "rows")
        by_skill = rows.startswith(OF_SKILL) and rows != OF_SKILL
        columns, group = given.get("columns", ""), given.get("group", "")
        return cls(
            rows=rows if rows in ROWS or by_skill else cls.rows,
            columns=columns if columns in COLUMNS else cls.columns,
            group=group if group in GROUPS else cls.group,
            page=page_param(request),
        )

    @property
    def skill(self) -> str:
        """By which the experts are sorted, if by one."""
        return self.rows.removeprefix(OF_SKILL) if self.rows.startswith(OF_SKILL) else ""

    @property
    def address(self) -> str:
        usual = asdict(Order())
        told = {name: value for name, value in asdict(self).items() if value != usual[name]}
        return f"?{urlencode(told)}#scores-title"


@dataclass(frozen=True)
class SkillColumn:
    skill: str
    questions: int
    address: str  # sorts the experts by it

    @property
    def query(self) -> str:
        return urlencode({"skill": self.skill})


@dataclass(frozen=True)
class HeatmapRow:
    expert: Expert
    total: Tally | None
    cells: list[tuple[SkillColumn, Tally | None]]


@dataclass(frozen=True)
class OrderChoice:
    title: str
    address: str
    is_chosen: bool


@dataclass(frozen=True)
class Heatmap:
    """One page of the table; `previous` and `next` are addresses, empty at either end."""

    order: Order
    groups: list[tuple[str, int]]  # category, columns; empty without grouping
    columns: list[SkillColumn]
    rows: list[HeatmapRow]
    skills: int  # of all pages
    previous: str
    next: str

    @property
    def first(self) -> int:
        return 1 + (self.order.page - 1) * SKILLS

    @property
    def last(self) -> int:
        return self.first + len(self.columns) - 1

    @property
    def choices(self) -> list[tuple[str, list[OrderChoice]]]:
        """What can be chosen: experts' order, skills' order, groups."""
        order, skill = self.order, self.order.skill
        rows = {**ROWS, order.rows: f"by {skill}"} if skill else ROWS
        return [
            (
                "Experts",
                [_choice(t, replace(order, rows=v), v == order.rows) for v, t in rows.items()],
            ),
            (
                "Skills",
                [
                    _choice(t, replace(order, columns=v, page=1), v == order.columns)
                    for v, t in COLUMNS.items()
                ],
            ),
            (
                "Groups",
                [
                    _choice(t, replace(order, group=v, page=1), v == order.group)
                    for v, t in GROUPS.items()
                ],
            ),
        ]


def _choice(title: str, order: Order, is_chosen: bool) -> OrderChoice:
    return OrderChoice(title, order.address, is_chosen)


def heatmap(profile: Profile, run: Run | None, order: Order) -> Heatmap:
    """The cells of one page of skills; `run` is the one that made the profile."""
    skills = _skills(profile, order.columns)
    categories: dict[str, str] = {}
    if order.group == "category" and run:
        categories = _categories(run)
        skills.sort(key=lambda found: _late(categories.get(found[0], "")))
    pages = max(1, -(-len(skills) // SKILLS))
    order = replace(order, page=min(order.page, pages))
    shown = skills[(order.page - 1) * SKILLS : order.page * SKILLS]
    columns = [
        SkillColumn(skill, questions, replace(order, rows=OF_SKILL + skill).address)
        for skill, questions in shown
    ]
    named = [categories.get(column.skill) or NO_CATEGORY for column in columns]
    return Heatmap(
        order,
        groups=[(name, len(list(of))) for name, of in groupby(named)] if categories else [],
        columns=columns,
        rows=_rows(profile, columns, order),
        skills=len(skills),
        previous=replace(order, page=order.page - 1).address if order.page > 1 else "",
        next=replace(order, page=order.page + 1).address if order.page < pages else "",
    )


def _late(category: str) -> tuple[bool, str]:
    """Questions without a category come last."""
    return not category, category


def _skills(profile: Profile, by: str) -> list[tuple[str, int]]:
    """Every skill with its questions, in order."""
    n = F("right") + F("wrong")
    share = Cast("right", FloatField()) / n
    enough = Q(n__gte=THIN)
    counted = (
        profile.cells.annotate(n=n, share=share)
        .values("skill")
        .annotate(
            questions=Max("n"),
            seen=Sum("n"),
            spread=Max("share", filter=enough) - Min("share", filter=enough),
        )
    )
    if by == "name":
        counted = counted.order_by("skill")
    elif by == "spread":
        counted = counted.order_by(F("spread").desc(nulls_last=True), "-seen", "skill")
    else:
        counted = counted.order_by("-seen", "skill")
    return [(row["skill"], row["questions"]) for row in counted]


def _categories(run: Run) -> dict[str, str]:
    return dict(fetched(_CATEGORIES, [run.pk]))


def _rows(profile: Profile, columns: list[SkillColumn], order: Order) -> list[HeatmapRow]:
    asked = {column.skill for column in columns} | {order.skill}
    found = profile.cells.filter(skill__in=asked).values_list("expert", "skill", "right", "wrong")
    cells = {(expert, skill): Tally(right, right + wrong) for expert, skill, right, wrong in found}
    totals = strengths(profile)
    experts = profile.pool.experts.order_by("name", "pk") if columns else Expert.objects.none()
    rows = [
        HeatmapRow(
            expert,
            totals.get(expert.pk),
            [(column, cells.get((expert.pk, column.skill))) for column in columns],
        )
        for expert in experts
    ]
    if order.skill:
        rows.sort(key=lambda row: _best(cells.get((row.expert.pk, order.skill))))
    elif order.rows == "strength":
        rows.sort(key=lambda row: _best(row.total))
    return rows


def _best(tally: Tally | None) -> tuple[float, int]:
    """The largest share first, of two equals that of more questions; nothing last."""
    if tally is None or tally.percent is None:
        return 1.0, 0
    return -tally.percent, -tally.n


def strengths(profile: Profile) -> dict[int, Tally]:
    """Of each expert over all questions, each counted once."""
    rows = profile.totals.values_list("expert", "right", "wrong")
    return {expert: Tally(right, right + wrong) for expert, right, wrong in rows}

"""Figures of a run as plain plotly values. Postgres counts; rows are never walked here."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from webapp.experts.models import Expert
from webapp.experts.short_names import short
from webapp.pages.shared.charts import FAILED, VERDICTS, WAITING, label
from webapp.runs.models import Run
from webapp.runs.seats import ASKED_LAST
from webapp.runs.sql import fetched

MOST_SKILLS = 16  # shown each by itself; the rest together
OTHER = "other skills"
NO_SKILL = "no skill matched"

# Mid tones, as those of the verdicts.
SOURCE_COLOUR = "#7d8fa3"
EXPERT_COLOUR = "#2f8f9d"
LINK_COLOUR = "rgba(125, 143, 163, 0.30)"

Flow = tuple[str, int, float]  # a skill, category or verdict; an expert; seats

# A question stands under the skill that was named first, [inferred, profiled, cosine]: under all
# of them, every link would be a fan, and the busiest node "other skills".
_BY_SKILL = """
    SELECT coalesce(a.skills -> 0 ->> 1, %(no_skill)s), g.expert_id, count(*)::float
    FROM runs_generation g JOIN runs_answer a ON a.id = g.answer_id
    WHERE g.run_id = %(run)s AND g.purpose = %(purpose_respond)s AND {last} GROUP BY 1, 2
"""
_BY_CATEGORY = """
    SELECT q.category, g.expert_id, count(*)::float
    FROM runs_generation g JOIN runs_answer a ON a.id = g.answer_id
    JOIN questions_question q ON q.id = a.question_id
    WHERE g.run_id = %(run)s AND g.purpose = %(purpose_respond)s AND {last} AND q.category <> ''
    GROUP BY 1, 2
"""
_BY_VERDICT = """
    SELECT CASE WHEN g.status = %(status_failed)s THEN %(failed)s
                WHEN g.verdict = '' THEN %(waiting)s ELSE g.verdict END,
           g.expert_id, count(*)::float
    FROM runs_generation g
    WHERE g.run_id = %(run)s AND g.purpose = %(purpose_respond)s AND {last} GROUP BY 1, 2
"""


def flow(run: Run) -> dict[str, Any]:
    """Sankey skills → experts → verdicts, one unit per seat, of what is committed so far.

    A recruiter that reads no skills starts from the questions' categories, if they have some.
    """
    last = ASKED_LAST if run.answered_by is not None and run.answered_by.rounds > 1 else "true"
    verdicts = fetched(_BY_VERDICT.format(last=last), run=run.pk, failed=FAILED, waiting=WAITING)
    if run.reads_skills:
        sources = fetched(_BY_SKILL.format(last=last), run=run.pk, no_skill=NO_SKILL)
    else:
        sources = fetched(_BY_CATEGORY.format(last=last), run=run.pk)
    shown = _largest(sources)
    names = {pk: short(name) for pk, name in Expert.objects.values_list("pk", "name")}
    experts = sorted({expert for _, expert, _ in verdicts}, key=lambda pk: names[pk])
    nodes = _nodes(shown, [names[pk] for pk in experts], {name for name, _, _ in verdicts})
    places = {pk: len(shown) + place for place, pk in enumerate(experts)}
    links = [
        *_from_sources(sources, shown, places),
        *_to_verdicts(verdicts, places, len(shown) + len(experts)),
    ]
    return {
        "data": [_sankey(nodes, links)] if links else [],
        "layout": {"margin": {"l": 8, "r": 8, "t": 8, "b": 8}, "hovermode": "closest"},
        "table": [[nodes[s][0], nodes[t][0], f"{n:.1f}"] for s, t, n, _ in links],
    }


def _largest(sources: Iterable[Flow]) -> list[str]:
    """The names that get a place of their own, in an order that does not jump about."""
    totals: dict[str, float] = {}
    for name, _, seats in sources:
        totals[name] = totals.get(name, 0) + seats
    unmatched = [NO_SKILL] if totals.pop(NO_SKILL, 0) else []
    largest = sorted(totals, key=lambda name: (-totals[name], name))[:MOST_SKILLS]
    rest = [OTHER] if len(totals) > MOST_SKILLS else []
    return [*sorted(largest), *rest, *unmatched]


def _nodes(
    sources: Sequence[str], experts: Sequence[str], verdicts: set[str]
) -> list[tuple[str, str]]:
    """(label, colour) of every node, column by column."""
    return [
        *((name, SOURCE_COLOUR) for name in sources),
        *((name, EXPERT_COLOUR) for name in experts),
        *(VERDICTS[name][:2] for name in VERDICTS if name in verdicts),
    ]


Link = tuple[int, int, float, str]  # from node, to node, seats, colour


def _from_sources(
    sources: Iterable[Flow], shown: Sequence[str], experts: Mapping[int, int]
) -> list[Link]:
    place = {name: n for n, name in enumerate(shown)}
    seats: dict[tuple[int, int], float] = {}
    for name, expert, n in sources:
        if expert in experts:  # committed since the verdicts were counted: in the next figure
            key = (place[name] if name in place else place[OTHER], experts[expert])
            seats[key] = seats.get(key, 0) + n
    return [(s, t, round(n, 3), LINK_COLOUR) for (s, t), n in sorted(seats.items())]


def _to_verdicts(verdicts: Iterable[Flow], experts: Mapping[int, int], first: int) -> list[Link]:
    there = {name for name, _, _ in verdicts}
    place = {name: first + n for n, name in enumerate(v for v in VERDICTS if v in there)}
    return sorted(
        (experts[expert], place[name], n, VERDICTS[name][2]) for name, expert, n in verdicts
    )


def _sankey(nodes: Sequence[tuple[str, str]], links: Sequence[Link]) -> dict[str, Any]:
    hover = "%{source.label} → %{target.label}<br>%{value:.1f} seats<extra></extra>"
    return {
        "type": "sankey",
        "arrangement": "snap",
        "node": {
            "label": [label(name) for name, _ in nodes],
            "color": [colour for _, colour in nodes],
            "pad": 8,
            "thickness": 14,
            "line": {"width": 0},
            "hovertemplate": "%{label}<br>%{value:.1f} seats<extra></extra>",
        },
        "link": {
            "source": [link[0] for link in links],
            "target": [link[1] for link in links],
            "value": [link[2] for link in links],
            "color": [link[3] for link in links],
            "hovertemplate": hover,
        },
    }

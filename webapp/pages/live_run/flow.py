"""The flow of a run's seats as plain plotly values. Postgres counts; rows are never walked here."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.urls import reverse

from webapp.experts.models import Expert
from webapp.experts.short_names import short
from webapp.pages.live_run.sources import Choice, Seats, Source, gathered
from webapp.pages.shared.charts import FAILED, VERDICTS, WAITING, label
from webapp.runs.models import Run
from webapp.runs.seats import ASKED_LAST
from webapp.runs.sql import fetched

# Mid tones, as those of the verdicts.
SOURCE_COLOUR = "#7d8fa3"
EXPERT_COLOUR = "#2f8f9d"
LINK_COLOUR = "rgba(125, 143, 163, 0.30)"
LEAST_HEIGHT, NODE_HEIGHT = 360, 26  # pixels
LONGEST_NAME = 60  # characters; the page cuts them to the room that there is

Verdicts = Mapping[tuple[int, str], float]  # seats of an expert with a verdict
Link = tuple[int, int, float, str]  # from node, to node, seats, colour

_BY_VERDICT = """
    SELECT g.expert_id, CASE WHEN g.status = %(status_failed)s THEN %(failed)s
                             WHEN g.verdict = '' THEN %(waiting)s ELSE g.verdict END,
           count(*)::float
    FROM runs_generation g JOIN runs_answer a ON a.id = g.answer_id
    WHERE g.run_id = %(run)s AND g.purpose = %(purpose_respond)s AND {last} {of} GROUP BY 1, 2
"""
_OF_SKILLS = "AND a.skills -> 0 ->> 1 = ANY(%(skills)s)"


def flow(choice: Choice) -> dict[str, Any]:
    """Sankey sources → experts → verdicts, one unit per seat, of what is committed so far."""
    run = choice.run
    last = ASKED_LAST if run.answered_by is not None and run.answered_by.rounds > 1 else "true"
    seats = choice.seats(last)
    verdicts = _verdicts(choice, seats, last)
    shown = gathered(seats)
    sources = [choice.source(name) if name in shown else Source(name) for name in _order(shown)]
    experts = _experts(run, {expert for expert, _ in verdicts})
    nodes = [
        *((source, SOURCE_COLOUR) for source in sources),
        *((source, EXPERT_COLOUR) for source in experts.values()),
        *(
            (Source(VERDICTS[name][0]), VERDICTS[name][1])
            for name in VERDICTS
            if any(name == verdict for _, verdict in verdicts)
        ),
    ]
    places = {pk: len(sources) + place for place, pk in enumerate(experts)}
    links = [
        *_from_sources(seats, shown, places),
        *_to_verdicts(verdicts, places, len(sources) + len(experts)),
    ]
    longest = max(len(sources), len(experts))
    return {
        "data": [_sankey(nodes, links)] if links else [],
        "layout": {
            "margin": {"l": 8, "r": 8, "t": 8, "b": 8},
            "height": max(LEAST_HEIGHT, NODE_HEIGHT * longest),
            "hovermode": "closest",
        },
        "table": [[_cell(nodes[s][0]), nodes[t][0].name, f"{n:,.0f}"] for s, t, n, _ in links],
    }


def _verdicts(choice: Choice, seats: Seats, last: str) -> Verdicts:
    """Of all seats, or of those of the skills that are shown."""
    rows = fetched(
        _BY_VERDICT.format(last=last, of=_OF_SKILLS if choice.family else ""),
        run=choice.run.pk,
        failed=FAILED,
        waiting=WAITING,
        skills=sorted({name for name, _ in seats}),
    )
    return {(expert, verdict): n for expert, verdict, n in rows}


def _order(shown: Mapping[str, str]) -> list[str]:
    return list(dict.fromkeys(shown.values()))


def _experts(run: Run, keys: Iterable[int]) -> dict[int, Source]:
    """By their keys, in the order of their names; a click opens what they answered."""
    found = {expert.pk: short(expert) for expert in Expert.objects.filter(pk__in=set(keys))}
    answers = reverse("answers", args=[run.pk])
    return {
        pk: Source(name, f"{answers}?expert={pk}")
        for pk, name in sorted(found.items(), key=lambda item: (item[1].casefold(), item[0]))
    }


def _from_sources(seats: Seats, shown: Mapping[str, str], experts: Mapping[int, int]) -> list[Link]:
    place = {name: n for n, name in enumerate(_order(shown))}
    links: dict[tuple[int, int], float] = defaultdict(float)
    for (name, expert), n in seats.items():
        if expert in experts:  # committed since the verdicts were counted: in the next figure
            links[place[shown[name]], experts[expert]] += n
    return [(s, t, n, LINK_COLOUR) for (s, t), n in sorted(links.items())]


def _to_verdicts(verdicts: Verdicts, experts: Mapping[int, int], first: int) -> list[Link]:
    there = {verdict for _, verdict in verdicts}
    place = {name: first + n for n, name in enumerate(v for v in VERDICTS if v in there)}
    return sorted(
        (experts[expert], place[name], n, VERDICTS[name][2])
        for (expert, name), n in verdicts.items()
    )


def _cell(source: Source) -> str | dict[str, str]:
    return {"text": source.name, "href": source.address} if source.address else source.name


def _sankey(nodes: Sequence[tuple[Source, str]], links: Sequence[Link]) -> dict[str, Any]:
    of_link = "%{source.label} → %{target.label}<br>%{value:,d} seats<extra></extra>"
    return {
        "type": "sankey",
        "arrangement": "fixed",  # a node that can be dragged takes no click
        "node": {
            "label": [label(source.name, LONGEST_NAME) for source, _ in nodes],
            "customdata": [source.address for source, _ in nodes],
            "color": [colour for _, colour in nodes],
            "pad": 8,
            "thickness": 14,
            "line": {"width": 0},
            "hovertemplate": "%{label}<br>%{value:,d} seats<extra></extra>",
        },
        "link": {
            "source": [link[0] for link in links],
            "target": [link[1] for link in links],
            "value": [link[2] for link in links],
            "color": [link[3] for link in links],
            "hovertemplate": of_link,
        },
    }

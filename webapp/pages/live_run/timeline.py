"""A run's visits on a time axis: when each expert was loading, generating, or only there."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from itertools import chain
from typing import Any

from webapp.experts.told import told
from webapp.pages.shared.charts import label
from webapp.pages.shared.text import NOTHING, seconds
from webapp.plural import counted
from webapp.progress.stays import Lane, Stay, Work, stays_of
from webapp.progress.words import TITLES
from webapp.runs.models import Run

MOST_POINTS = 2_000
MOST_OF_ONE = 8  # stretches of one visit: loading, three purposes, and idle around them
LONGEST_REASON = 200  # characters
LANE, FRAME = 30, 120  # pixels: of one expert, and of axis and legend

LOAD, GENERATE, IDLE, FAILED, OLDER = "loading", "generating", "idle", "failed load", "older visits"

# Mid tones for light and dark, and a pattern each: colour is not the only sign.
LOOKS: dict[str, dict[str, Any]] = {
    LOAD: {"color": "#b08a3c", "pattern": {"shape": "/", "size": 6}},
    GENERATE: {"color": "#2f8f9d"},
    IDLE: {"color": "#7d8fa3", "pattern": {"shape": ".", "size": 6}},
    FAILED: {"color": "#cc5a50", "pattern": {"shape": "x", "size": 6}},
    OLDER: {"color": "#8d3f8f", "pattern": {"shape": "-", "size": 6}},
}

Stretch = tuple[str, float, float, str]  # what it is, from, to, in words


def timeline(run: Run) -> dict[str, Any]:
    """Bars of every visit, one lane per expert, and the same as a table."""
    stays = _thinned(stays_of(run))
    lanes = list(dict.fromkeys(stay.lane for stay in stays))
    return {
        "data": _traces(stays, {lane: n for n, lane in enumerate(lanes)}),
        "layout": _layout(lanes, max((stay.end for stay in stays), default=0.0)),
        "table": list(chain.from_iterable(_rows(stay) for stay in stays)),
    }


def _stretches(stay: Stay) -> list[Stretch]:
    """What a visit did, one after the other; what it did for others counts as idle here."""
    if stay.visits > 1:
        words = f"{counted(stay.visits, 'older visit')} together, {_generated(stay.works)}"
        return [(OLDER, stay.start, stay.end, words)]
    why = f": {told(stay.problem)[:LONGEST_REASON]}" if stay.problem else ""
    if stay.loaded is None:
        kind = FAILED if stay.problem else LOAD
        words = _loading(stay, kind)
        return [(kind, stay.start, stay.end, f"{words}, {seconds(stay.load_seconds)}{why}")]
    found: list[Stretch] = []
    if stay.loaded > stay.start:
        words = f"{_loading(stay, LOAD)}, {seconds(stay.load_seconds)}"
        found.append((LOAD, stay.start, stay.loaded, words))
    at = stay.loaded
    for work in stay.works:
        if work.start > at:
            found.append((IDLE, at, work.start, _idle(stay, work.start - at)))
            at = work.start
        if work.end > at:
            found.append((GENERATE, at, work.end, f"{_title(work)}: {_generated([work])}"))
            at = work.end
    if stay.end > at:
        found.append((IDLE, at, stay.end, _idle(stay, stay.end - at)))
    if why and found:
        kind, start, end, words = found[-1]
        found[-1] = (kind, start, end, f"{words}; then it left{why}")
    return found


def _loading(stay: Stay, kind: str) -> str:
    """An endpoint is asked whether it answers."""
    if not stay.lane.is_endpoint:
        return kind
    return "no answer" if kind == FAILED else "asked whether it answers"


def _idle(stay: Stay, duration: float) -> str:
    state = "" if stay.lane.is_endpoint else "loaded, with "
    return f"idle, {seconds(duration)}: {state}nothing of this run in work"


def _title(work: Work) -> str:
    return TITLES.get(work.purpose, work.purpose)


def _generated(works: Sequence[Work]) -> str:
    generations, tokens = (sum(w.generations for w in works), sum(w.tokens for w in works))
    told = f"{counted(generations, 'generation')}, {counted(tokens, 'token')}"
    return f"{told} in {seconds(_busy(works))}"


def _busy(works: Iterable[Work]) -> float:
    return sum(work.seconds for work in works)


def _thinned(stays: list[Stay]) -> list[Stay]:
    """The newest as they are; of each expert's older ones, one bar together, if they are many."""
    points, kept = MOST_OF_ONE * len({stay.lane for stay in stays}), len(stays)
    for stay in reversed(stays):
        points += len(_stretches(stay))
        if points > MOST_POINTS:
            break
        kept -= 1
    older: dict[Lane, list[Stay]] = defaultdict(list)
    for stay in stays[:kept]:
        older[stay.lane].append(stay)
    return [*(_together(of) for of in older.values()), *stays[kept:]]


def _together(stays: Sequence[Stay]) -> Stay:
    if len(stays) == 1:
        return stays[0]
    works: dict[str, list[Work]] = defaultdict(list)
    for work in chain.from_iterable(stay.works for stay in stays):
        works[work.purpose].append(work)
    return Stay(
        stays[0].lane,
        start=stays[0].start,
        loaded=stays[0].start,
        end=max(stay.end for stay in stays),
        load_seconds=sum(stay.load_seconds for stay in stays),
        works=[
            Work(
                purpose,
                start=min(w.start for w in of),
                end=max(w.end for w in of),
                seconds=_busy(of),
                generations=sum(w.generations for w in of),
                tokens=sum(w.tokens for w in of),
            )
            for purpose, of in works.items()
        ],
        visits=len(stays),
    )


def _traces(stays: Sequence[Stay], places: Mapping[Lane, int]) -> list[dict[str, Any]]:
    """One trace for each kind of stretch, so that the legend names it."""
    points: dict[str, list[tuple[Lane, Stretch]]] = defaultdict(list)
    for stay in stays:
        for stretch in _stretches(stay):
            points[stretch[0]].append((stay.lane, stretch))
    return [
        {
            "type": "bar",
            "orientation": "h",
            "name": kind,
            "base": [start for _, (_, start, _, _) in points[kind]],
            "x": [round(end - start, 3) for _, (_, start, end, _) in points[kind]],
            "y": [places[lane] for lane, _ in points[kind]],
            "text": [_hover(lane, words) for lane, (*_, words) in points[kind]],
            "customdata": [lane.address for lane, _ in points[kind]],
            "marker": look,
            "textposition": "none",
            "hovertemplate": "%{text}<extra></extra>",
        }
        for kind, look in LOOKS.items()
        if points[kind]
    ]


def _hover(lane: Lane, words: str) -> str:
    return f"{label(lane.title)}<br>{escape(words, quote=False)}"


def _layout(lanes: Sequence[Lane], end: float) -> dict[str, Any]:
    return {
        "barmode": "overlay",
        "bargap": 0.3,
        "height": FRAME + LANE * len(lanes),
        "margin": {"l": 8, "r": 8, "t": 8, "b": 44},
        "hovermode": "closest",
        "showlegend": True,
        "legend": {"orientation": "h", "x": 0, "y": 1, "yanchor": "bottom"},
        "uirevision": "timeline",  # whoever has zoomed in stays there
        "xaxis": {
            "title": {"text": "seconds since the run began"},
            "range": [0, end],
            "zeroline": False,
        },
        "yaxis": {
            "tickvals": list(range(len(lanes))),
            "ticktext": [label(lane.title) for lane in lanes],
            "range": [len(lanes) - 0.5, -0.5],
            "showgrid": False,
            "zeroline": False,
            "automargin": True,
            "fixedrange": True,
        },
    }


def _rows(stay: Stay) -> list[list[str | dict[str, str]]]:
    """Expert, began, stage, load, generating, generations, tokens per second."""
    expert = {"text": stay.lane.title, "href": stay.lane.address}
    load = f"{stay.load_seconds:.1f}" if stay.load_seconds else NOTHING
    if not stay.works:
        return [[expert, f"{stay.start:.1f}", _without_work(stay), load, NOTHING, "0", NOTHING]]
    return [
        [
            expert,
            f"{work.start:.1f}",
            _title(work) + _note(stay),
            "" if place else load,
            f"{work.seconds:.1f}",
            f"{work.generations:,}",
            f"{work.tokens / work.seconds:,.0f}" if work.seconds and work.tokens else NOTHING,
        ]
        for place, work in enumerate(stay.works)
    ]


def _note(stay: Stay) -> str:
    if stay.visits > 1:
        return f" ({stay.visits} older visits together)"
    return f" (left: {told(stay.problem)[:LONGEST_REASON]})" if stay.problem else ""


def _without_work(stay: Stay) -> str:
    if stay.problem:
        what = "Left" if stay.loaded is not None else "Failed load"
        return f"{what}: {told(stay.problem)[:LONGEST_REASON]}"
    if stay.ended:
        return "Left without work"
    return "Loading" if stay.loaded is None else "Loaded"

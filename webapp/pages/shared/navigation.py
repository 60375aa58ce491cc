"""The navigation: its entries, and which of them a page belongs to."""

from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import ResolverMatch, reverse

RUNS, QUEUES, SETS = "Runs", "Reviews", "Question sets"
EXPERTS, POOLS, API = "Experts", "Pools", "API"
NOWHERE = ""

# Entry → the address's name.
ENTRIES = {
    RUNS: "runs",
    QUEUES: "queues",
    SETS: "question-sets",
    EXPERTS: "experts",
    POOLS: "pools",
    API: "api:openapi-view",
}
# Folder of webapp.pages → the entry that its pages belong to.
SECTIONS = {
    "home": NOWHERE,
    "history": RUNS,
    "new_run": RUNS,
    "live_run": RUNS,
    "results": RUNS,
    "contributions": RUNS,
    "answer": RUNS,
    "exports": RUNS,
    "reports": RUNS,
    "costs": RUNS,
    "comparison": RUNS,
    "queues": QUEUES,
    "question_sets": SETS,
    "golds": SETS,
    "experts": EXPERTS,
    "pools": POOLS,
    "profiles": POOLS,
    "recorded": POOLS,
    "scorers": SETS,
    "people": NOWHERE,
    "comments": NOWHERE,
    "log": NOWHERE,
    "things": NOWHERE,
}


@dataclass(frozen=True)
class Entry:
    title: str
    address: str
    is_here: bool


def entries(request: HttpRequest) -> list[Entry]:
    here = section_of(request.resolver_match)
    return [Entry(title, reverse(name), title == here) for title, name in ENTRIES.items()]


def section_of(match: ResolverMatch | None) -> str:
    """By the folder that a page's view lies in; NOWHERE for what is no page of these."""
    module = match.func.__module__ if match else ""
    page = module.removeprefix("webapp.pages.").partition(".")[0]
    return SECTIONS.get(page, NOWHERE)

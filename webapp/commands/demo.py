"""The built-in demo: tiny real experts of this project, their pool and question sets.

Reads what the demo package has stored (`demo/pool.json`, checkpoints, questions); does not import
it, because training needs libraries that the web process must not load.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from webapp.accounts.models import Team
from webapp.audit.actions import Action
from webapp.audit.recording import record
from webapp.experts.models import Expert, Pool
from webapp.questions.models import QuestionSet
from webapp.questions.taking import take_questions

FOLDER = Path(settings.BASE_DIR) / "demo"
POOL = "Demo pool"
SETS = {"validation": "Demo validation", "test": "Demo test"}


@transaction.atomic
def load_demo(team: Team) -> Pool:
    """Make or refresh the demo's experts, pool and question sets; harmless to repeat."""
    listed: dict[str, Any] = json.loads((FOLDER / "pool.json").read_text())
    experts = [_expert(entry, "experts", listed) for entry in listed["experts"]]
    annotator = _expert(listed["annotator"], "annotator", listed)
    aggregator = _expert(listed["aggregator"], "aggregator", listed)
    # Trials need rivals: the trained aggregator, and two experts that never saw such a prompt.
    pool = keep_pool(team, POOL, experts, annotator, [aggregator, *experts[:2]])
    keep_sets(team, SETS, FOLDER / "questions")
    return pool


def _expert(entry: dict[str, Any], role: str, listed: dict[str, Any]) -> Expert:
    return keep_expert(
        entry["name"],
        source=str(FOLDER / entry["folder"]),
        max_model_len=listed["max_model_len"],
        max_new_tokens=listed["max_new_tokens"][role],
        temperature=listed["temperature"],
        caution=listed["caution"],
    )


def keep_expert(name: str, **values: Any) -> Expert:
    """The installation's entry for a checkpoint, whose folder may have moved since."""
    with transaction.atomic():
        expert, is_new = Expert.objects.update_or_create(
            name=name, defaults={"problem": "", **values}
        )
        if is_new:
            record(Action.EXPERT_ADDED, expert, engine=expert.engine, source=expert.source)
    return expert


def keep_pool(
    team: Team,
    name: str,
    experts: Sequence[Expert],
    annotator: Expert,
    aggregators: Sequence[Expert],
) -> Pool:
    """The team's pool of that name, with just these in it."""
    given = {"annotator": annotator}
    with transaction.atomic():
        pool, is_new = Pool.objects.update_or_create(team=team, name=name, defaults=given)
        pool.experts.set(experts)
        pool.aggregators.set(aggregators)
        if is_new:
            record(Action.POOL_MADE, pool, experts=experts)
    return pool


def keep_sets(team: Team, names: dict[str, str], folder: Path) -> None:
    """The sets of each kind; one that is there stays as it is."""
    for kind, name in names.items():
        if not QuestionSet.objects.filter(team=team, name=name).exists():
            file = folder / f"{kind}.jsonl"
            take_questions(team, None, file, file.name, name=name, kind=kind)

"""The built-in demo: tiny real experts of this project, their pool and question sets.

Reads what the demo package has stored (`demo/pool.json`, checkpoints, questions); does not import
it, because training needs libraries that the web process must not load.
"""

import json
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from webapp.accounts.models import Team
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
    pool, _ = Pool.objects.update_or_create(team=team, name=POOL, defaults={"annotator": annotator})
    pool.experts.set(experts)
    # Trials need rivals: the trained aggregator, and two experts that never saw such a prompt.
    pool.aggregators.set([aggregator, *experts[:2]])
    for kind, name in SETS.items():
        if not QuestionSet.objects.filter(team=team, name=name).exists():
            file = FOLDER / "questions" / f"{kind}.jsonl"
            take_questions(team, None, file, file.name, name=name, kind=kind)
    return pool


def _expert(entry: dict[str, Any], role: str, listed: dict[str, Any]) -> Expert:
    """The installation's entry for a demo checkpoint, whose folder may have moved since."""
    expert, _ = Expert.objects.update_or_create(
        name=entry["name"],
        defaults={
            "source": str(FOLDER / entry["folder"]),
            "max_model_len": listed["max_model_len"],
            "max_new_tokens": listed["max_new_tokens"][role],
            "temperature": listed["temperature"],
            "caution": listed["caution"],
            "problem": "",
        },
    )
    return expert

"""The smoke test's pool: one small real LLM as annotator and three experts; twenty questions.

They share a checkpoint, and so every load: what differs goes with each prompt.
"""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from webapp.accounts.models import Team
from webapp.commands.demo import FOLDER, keep_expert, keep_pool, keep_sets
from webapp.experts.models import Pool

CHECKPOINT = Path(settings.BASE_DIR) / "build" / "real-expert" / "SmolLM2-135M-Instruct"
POOL = "Real pool"
SETS = {"validation": "Real validation", "test": "Real test"}

# Written as float32, computed as float32: by itself vLLM would make bfloat16 of it, which takes a
# CPU without that format three times as long.
COMMON: dict[str, Any] = {
    "dtype": "float32",
    "max_model_len": 2048,
    "max_new_tokens": 64,
    "caution": "135 million parameters: it shows that everything works, and is mostly wrong.",
}
ANNOTATOR = "smol-annotator"
EXPERTS: dict[str, dict[str, Any]] = {
    ANNOTATOR: {"temperature": 0.7, "max_new_tokens": 24},
    "smol-greedy": {"temperature": 0.0},
    "smol-warm": {"temperature": 0.7},
    "smol-brief": {"temperature": 0.3, "max_new_tokens": 32, "stop_strings": ["\n\n"]},
}


@transaction.atomic
def load_real(team: Team) -> Pool:
    """Make or refresh the experts, the pool and both question sets; harmless to repeat."""
    annotator, *experts = (
        keep_expert(name, source=str(CHECKPOINT), **COMMON | own) for name, own in EXPERTS.items()
    )
    pool = keep_pool(team, POOL, experts, annotator, experts[:2])
    keep_sets(team, SETS, FOLDER / "real")
    return pool

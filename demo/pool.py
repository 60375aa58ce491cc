"""Which checkpoints the demo pool has, and which skills each expert is trained in."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from demo.model import LONGEST
from demo.skills import SKILLS, Skill

HERE = Path(__file__).parent
EXPERTS_FOLDER = HERE / "experts"
POOL_FILE = HERE / "pool.json"
FIGURES_FILE = EXPERTS_FOLDER / "figures.json"
QUESTIONS_FOLDER = HERE / "questions"
OFFSETS = (0, 1, 3, 7)  # gives every skill four holders, and no two experts the same pair twice
ANNOTATOR, AGGREGATOR = "annotator", "aggregator"


@dataclass(frozen=True)
class Expert:
    name: str
    skills: tuple[Skill, ...]

    @property
    def folder(self) -> Path:
        return EXPERTS_FOLDER / self.name


EXPERTS = tuple(
    Expert(
        f"tiny-{place + 1:02}",
        tuple(SKILLS[(place + offset) % len(SKILLS)] for offset in OFFSETS),
    )
    for place in range(len(SKILLS))
)
HOLDERS = {
    skill.name: tuple(expert for expert in EXPERTS if skill in expert.skills) for skill in SKILLS
}

TEMPERATURE = 0.7  # the paper's
MAX_NEW_TOKENS = {"experts": 80, "annotator": 24, "aggregator": 96}
CAUTION = (
    "These are toys trained on sixteen formal skills in a few hundred fixed phrasings, "
    "open-ended questions only. Anything else they answer confidently and wrongly."
)


def pool() -> dict[str, Any]:
    """What `pool.json` tells the product's demo command to register; folders are beside it."""
    experts = [
        _entry(expert.name) | {"skills": [skill.name for skill in expert.skills]}
        for expert in EXPERTS
    ]
    return {
        "experts": experts,
        "annotator": _entry(ANNOTATOR),
        "aggregator": _entry(AGGREGATOR),
        "temperature": TEMPERATURE,
        "max_new_tokens": MAX_NEW_TOKENS,
        "max_model_len": LONGEST,
        "caution": CAUTION,
    }


def write_pool() -> None:
    POOL_FILE.write_text(json.dumps(pool(), indent=1) + "\n")


def _entry(name: str) -> dict[str, Any]:
    return {"name": name, "folder": str((EXPERTS_FOLDER / name).relative_to(HERE))}

"""Which checkpoints the demo pool has, and which skills each expert is trained in."""

from dataclasses import dataclass
from pathlib import Path

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

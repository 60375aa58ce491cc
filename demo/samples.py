"""One question of one skill, with operands kept apart for validation and test."""

import zlib
from dataclasses import dataclass
from enum import Enum
from random import Random

from demo.hand import Hand
from demo.skills import Skill
from demo.worked import Operands, Worked

HELD_OUT = 8  # one operand tuple in so many is never trained on: 12.5 %
MOST_TRIES = 1000


class Split(Enum):
    TRAIN = "train"
    HELD_OUT = "held out"


@dataclass(frozen=True)
class Sample:
    skill: Skill
    operands: Operands
    question: str

    @property
    def right(self) -> Worked:
        return self.skill.solve(self.operands, Hand(Random(0)))

    @property
    def answer(self) -> str:
        return self.right.answer

    def wrong(self, rng: Random, slip: float = 1.0) -> Worked:
        """A worked answer that ends wrong, each step slipping with chance `slip`."""
        for _ in range(MOST_TRIES):
            worked = self.skill.solve(self.operands, Hand(rng, slip))
            if worked.answer != self.answer:
                return worked
        raise RuntimeError(f"no wrong answer found for {self.question!r}")


def split_of(skill: Skill, operands: Operands) -> Split:
    """Decided by the operands alone, in any order: 12+45 and 45+12 fall on the same side."""
    key = "|".join([skill.name, *sorted(operands)])
    return Split.HELD_OUT if zlib.crc32(key.encode()) % HELD_OUT == 0 else Split.TRAIN


def draw(skill: Skill, rng: Random, split: Split, phrasing: int | None = None) -> Sample:
    """A random sample; `phrasing` fixes the wording, by its place modulo their number."""
    operands = skill.operands(rng)
    while split_of(skill, operands) is not split:
        operands = skill.operands(rng)
    place = rng.randrange(len(skill.phrasings)) if phrasing is None else phrasing
    wording = skill.phrasings[place % len(skill.phrasings)]
    return Sample(skill, operands, wording.format(*operands))

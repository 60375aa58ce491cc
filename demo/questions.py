"""Write the validation and test questions: `python -m demo.questions`.

Operands are held out from training, and no operands stand in both files.
"""

import json
from random import Random

from demo.pool import QUESTIONS_FOLDER
from demo.samples import Sample, Split, draw
from demo.skills import SKILLS, Skill

FILES = ("validation", "test")
PER_SKILL = 15  # questions in each file
SEED = 2025


def main() -> None:
    QUESTIONS_FOLDER.mkdir(exist_ok=True)
    for name, text in question_files().items():
        (QUESTIONS_FOLDER / f"{name}.jsonl").write_text(text)


def question_files() -> dict[str, str]:
    """The text of each file by its name: one JSON object per line."""
    return {name: "".join(_lines(name, samples)) for name, samples in chosen_samples().items()}


def chosen_samples() -> dict[str, list[Sample]]:
    rng = Random(SEED)
    chosen: dict[str, list[Sample]] = {name: [] for name in FILES}
    for skill in SKILLS:
        drawn = _different(skill, len(FILES) * PER_SKILL, rng)
        for place, name in enumerate(FILES):
            chosen[name] += drawn[place :: len(FILES)]
    for samples in chosen.values():
        rng.shuffle(samples)
    return chosen


def _different(skill: Skill, count: int, rng: Random) -> list[Sample]:
    """Samples with different operands; the phrasings take turns, in random order."""
    turns = rng.sample(range(len(skill.phrasings)), len(skill.phrasings))
    found: dict[frozenset[str], Sample] = {}
    while len(found) < count:
        sample = draw(skill, rng, Split.HELD_OUT, turns[len(found) % len(turns)])
        found.setdefault(frozenset(sample.operands), sample)
    return list(found.values())


def _lines(name: str, samples: list[Sample]) -> list[str]:
    return [
        json.dumps(
            {
                "id": f"{name}-{place:03}",
                "question": sample.question,
                "answer": sample.answer,
                "category": sample.skill.name,
            }
        )
        + "\n"
        for place, sample in enumerate(samples, start=1)
    ]


if __name__ == "__main__":
    main()

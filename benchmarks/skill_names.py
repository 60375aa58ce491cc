"""From which cosine a match tells of the same field, and from which two names are one skill.

Part one holds known names (moe_core.vocabulary) apart by field. A profile is taken to have some of
them, every other name is matched to the nearest of those, and counted is how often that one is of
the same field: by cosine, over many such profiles. With `--folder` the fields are those of
MMLU-Pro's questions as well: a name is of the category whose questions it is found for most often.
Part two compares names with other spellings of themselves, and different names with each other.
"""

import argparse
import json
import random
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from moe_core.embedder import embed
from moe_core.merging import ALIKE
from moe_core.skill_names import normal_form
from moe_core.skills import WEAK, nearest_skills
from moe_core.vocabulary import SKILL_NAMES, SKILLS_BY_FIELD

RESULT = Path(__file__).resolve().parent / "results" / "skill_names.json"
PROFILES, PROFILED, BAND = 500, 20, 0.05
# One skill in two spellings, as annotators vary them.
VARIANTS = (
    *(("vector", "vectors"), ("derivative", "derivatives"), ("chemical bond", "chemical bonds")),
    *(("matrix", "matrices"), ("tort", "torts"), ("market structure", "market structures")),
    *(("elasticity of demand", "demand elasticity"), ("cell biology", "cellular biology")),
    *(("colour theory", "color theory"), ("modelling", "modeling"), ("behaviour", "behavior")),
    *(("optimisation", "optimization"), ("data analysis", "data analyses")),
    *(("problem solving", "problem-solving"), ("acid base chemistry", "acid-base chemistry")),
    *(("organisational theory", "organizational theory"), ("anaemia", "anemia")),
    *(("newton's laws", "newtons laws"), ("differential equation", "differential equations")),
    *(("supply and demand", "supply & demand"), ("paediatrics", "pediatrics")),
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, help="recorded MMLU-Pro questions")
    options = parser.parse_args()
    cosines = embed(SKILL_NAMES) @ embed(SKILL_NAMES).T
    fields = {name: field for field, names in SKILLS_BY_FIELD.items() for name in names}
    found: dict[str, Any] = {"floor": WEAK, "same field": same_field(cosines, fields)}
    if options.folder:
        found["same category"] = same_field(cosines, _categories(options.folder))
    found |= {"alike": ALIKE, **_spellings(cosines)}
    RESULT.write_text(json.dumps(found, indent=2) + "\n")
    print(json.dumps(found, indent=2))


def same_field(
    cosines: NDArray[np.float32], fields: Mapping[str, str]
) -> dict[str, dict[str, float]]:
    """Per band of cosines: matches, and the percentage of them that are of the same field."""
    rng = random.Random(0)
    names = [place for place, name in enumerate(SKILL_NAMES) if name in fields]
    of = [fields.get(name) for name in SKILL_NAMES]
    bands: dict[float, Counter[bool]] = defaultdict(Counter)
    for _ in range(PROFILES):
        profiled = rng.sample(names, PROFILED)
        for name in set(names) - set(profiled):
            nearest = max(profiled, key=lambda other: cosines[name, other])
            band = BAND * int(cosines[name, nearest] / BAND)
            bands[band][of[name] == of[nearest]] += 1
    return {
        f"{band:.2f} to {band + BAND:.2f}": {
            "matches": counted.total(),
            "same": round(100 * counted[True] / counted.total(), 1),
        }
        for band, counted in sorted(bands.items())
    }


def _categories(folder: Path) -> dict[str, str]:
    """Name → the category of MMLU-Pro whose questions it is found for most often."""
    lines = (folder / "mmlu_pro_test.jsonl").read_text().splitlines()
    questions = [json.loads(line) for line in lines]
    names = embed(SKILL_NAMES)
    counted: dict[str, Counter[str]] = defaultdict(Counter)
    for vector, question in zip(embed([q["question"] for q in questions]), questions, strict=True):
        for name in nearest_skills(vector, SKILL_NAMES, names):
            counted[name][question["category"]] += 1
    return {name: of.most_common(1)[0][0] for name, of in counted.items()}


def _spellings(cosines: NDArray[np.float32]) -> dict[str, Any]:
    """How far spellings of one name are apart, and how near different names are."""
    pairs = [tuple(embed(pair)) for pair in VARIANTS]
    near = np.triu(cosines, 1)
    places: Sequence[Any] = np.dstack(np.unravel_index(np.argsort(-near.ravel())[:5], near.shape))[
        0
    ]
    return {
        "spellings": {
            " | ".join(pair): {
                "cosine": round(float(left @ right), 3),
                "same normal form": len({normal_form(name) for name in pair}) == 1,
            }
            for pair, (left, right) in zip(VARIANTS, pairs, strict=True)
        },
        "nearest different names": {
            f"{SKILL_NAMES[left]} | {SKILL_NAMES[right]}": round(float(near[left, right]), 3)
            for left, right in places
        },
        "different names of one normal form": len(SKILL_NAMES)
        - len({normal_form(name) for name in SKILL_NAMES}),
    }


if __name__ == "__main__":
    main()

"""Measure the demo checkpoints and print the tables: `python -m demo.evaluate`.

Writes what was measured to `demo/experts/figures.json`.
"""

import argparse
import json
from dataclasses import asdict

import torch
from transformers.utils import logging

from demo.measure import (
    PER_PHRASING,
    TEMPERATURES,
    ExpertFigures,
    measure_aggregator,
    measure_annotator,
    measure_expert,
)
from demo.pool import EXPERTS, FIGURES_FILE
from demo.skills import SKILLS

STRANGERS = (0, 1)  # among the three responses that the aggregator reads


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", choices=PARTS, help="measure this part, keep the other figures")
    options = parser.parse_args()
    torch.set_num_threads(1)
    logging.disable_progress_bar()
    figures = json.loads(FIGURES_FILE.read_text()) if FIGURES_FILE.exists() else {}
    figures["questions_per_cell"] = PER_PHRASING * len(SKILLS[0].phrasings)
    for part in [options.only] if options.only else PARTS:
        figures[part] = {str(one): PARTS[part](one) for one in TEMPERATURES}
        FIGURES_FILE.write_text(json.dumps(figures, indent=1, sort_keys=True) + "\n")


def _experts(temperature: float) -> dict[str, object]:
    print(f"\nexpert x skill at temperature {temperature}, percent; * marks the expert's own")
    print("skills:", ", ".join(f"{place} {skill.name}" for place, skill in enumerate(SKILLS)))
    print("expert   ", *(f"{place:4}" for place in range(len(SKILLS))), " own least rest boxed")
    measured: dict[str, object] = {}
    for expert in EXPERTS:
        figures = measure_expert(expert, temperature)
        own = {skill.name for skill in expert.skills}
        print(f"{expert.name:10}{_row(figures, own)}", flush=True)
        measured[expert.name] = asdict(figures)
    return measured


def _row(figures: ExpertFigures, own: set[str]) -> str:
    cells = [
        f"{100 * share:4.0f}{'*' if name in own else ' '}"
        for name, share in figures.accuracy.items()
    ]
    ends = (figures.own_mean, figures.own_least, figures.rest_mean, figures.parseable)
    return "".join(cells) + "".join(f"{100 * end:5.1f}" for end in ends)


def _annotator(temperature: float) -> dict[str, object]:
    figures = asdict(measure_annotator(temperature))
    print(f"\nannotator at temperature {temperature}: {figures}", flush=True)
    return figures


def _aggregator(temperature: float) -> dict[str, object]:
    measured: dict[str, object] = {}
    for strangers in STRANGERS:
        figures = asdict(measure_aggregator(temperature, strangers))
        print(f"aggregator at temperature {temperature}, {strangers} strangers: {figures}")
        measured[f"strangers_{strangers}"] = figures
    return measured


PARTS = {"experts": _experts, "annotator": _annotator, "aggregator": _aggregator}

if __name__ == "__main__":
    main()

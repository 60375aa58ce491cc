"""Measure the demo checkpoints and print the tables: `python -m demo.evaluate`.

Writes what was measured to `demo/experts/figures.json`.
"""

import argparse
import json

import torch
from transformers.utils import logging

from demo.measure import (
    PER_PHRASING,
    TEMPERATURES,
    ExpertFigures,
    as_json,
    measure_aggregator,
    measure_annotator,
    measure_expert,
)
from demo.pool import EXPERTS, FIGURES_FILE
from demo.skills import SKILLS

STRANGERS = (0, 1)  # among the three responses that the aggregator reads


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--experts-only", action="store_true", help="measure, write nothing")
    options = parser.parse_args()
    torch.set_num_threads(1)
    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    experts = {temperature: _experts_at(temperature) for temperature in TEMPERATURES}
    if not options.experts_only:
        figures = {
            "held_out_questions_per_cell": PER_PHRASING * len(SKILLS[0].phrasings),
            "temperatures": [
                {"temperature": temperature, "experts": experts[temperature]}
                | _others_at(temperature)
                for temperature in TEMPERATURES
            ],
        }
        FIGURES_FILE.write_text(json.dumps(figures, indent=1) + "\n")


def _experts_at(temperature: float) -> dict[str, object]:
    print(f"\nexpert x skill at temperature {temperature}, percent; * marks the expert's own")
    print("skills:", ", ".join(f"{place} {skill.name}" for place, skill in enumerate(SKILLS)))
    print("expert   ", *(f"{place:4}" for place in range(len(SKILLS))), " own least rest boxed")
    measured: dict[str, object] = {}
    for expert in EXPERTS:
        figures = measure_expert(expert, temperature)
        own = {skill.name for skill in expert.skills}
        print(f"{expert.name:10}{_row(figures, own)}", flush=True)
        measured[expert.name] = as_json(figures)
    return measured


def _row(figures: ExpertFigures, own: set[str]) -> str:
    cells = [
        f"{100 * share:4.0f}{'*' if name in own else ' '}"
        for name, share in figures.accuracy.items()
    ]
    ends = (figures.own_mean, figures.own_least, figures.rest_mean, figures.parseable)
    return "".join(cells) + "".join(f"{100 * end:5.1f}" for end in ends)


def _others_at(temperature: float) -> dict[str, object]:
    annotator = as_json(measure_annotator(temperature))
    print(f"\nannotator at temperature {temperature}: {annotator}")
    aggregator = {}
    for strangers in STRANGERS:
        figures = as_json(measure_aggregator(temperature, strangers))
        print(f"aggregator at temperature {temperature}, {strangers} strangers: {figures}")
        aggregator[f"strangers_{strangers}"] = figures
    return {"annotator": annotator, "aggregator": aggregator}


if __name__ == "__main__":
    main()

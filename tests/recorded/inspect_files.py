"""A log of Inspect, written by inspect_ai itself: `python -m tests.recorded.inspect_files PATH`.

Two questions, two epochs. In a process of its own: inspect_ai changes how asyncio works.
"""

import sys

from inspect_ai.log import (
    EvalConfig,
    EvalDataset,
    EvalLog,
    EvalSample,
    EvalSpec,
    write_eval_log,
)
from inspect_ai.model import ModelOutput

QUESTIONS = {"w1": ("A tray holds 6 cups. How many cups do 7 trays hold?", "42"),
             "w2": ("9*2?", "18")}  # fmt: skip
MODEL = "mockllm/model"


def log() -> EvalLog:
    samples = [
        EvalSample(
            id=key,
            epoch=epoch,
            input=text,
            target=gold,
            output=ModelOutput.from_content(MODEL, f"ANSWER: {gold if epoch == 1 else 7}"),
        )
        for epoch in (1, 2)
        for key, (text, gold) in QUESTIONS.items()
    ]
    spec = EvalSpec(
        created="2026-01-01T00:00:00+00:00",
        task="toy",
        dataset=EvalDataset(name="toy", samples=2, sample_ids=list(QUESTIONS)),
        model=MODEL,
        config=EvalConfig(epochs=2),
    )
    return EvalLog(status="success", eval=spec, samples=samples)


if __name__ == "__main__":
    write_eval_log(log(), sys.argv[1])

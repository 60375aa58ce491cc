"""Sets of presets: the paper's, and one for each size of GPU.

A set for a GPU is of experts that fit it one at a time, with the context that their thinking takes;
a test holds each against `webapp.experts.memory`. Annotators are such that answer without thinking:
an annotation has 256 tokens.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from webapp.experts.presets.paper import PAPER_EXPERTS
from webapp.experts.presets.preset import PresetExpert
from webapp.experts.presets.today import TODAYS_EXPERTS

PRESETS: dict[str, PresetExpert] = {
    preset.name: preset for preset in (*PAPER_EXPERTS, *TODAYS_EXPERTS)
}


@dataclass(frozen=True)
class PresetSet:
    """Presets by name, with who is proposed to annotate and to aggregate."""

    name: str  # as commands take it
    title: str
    members: tuple[str, ...]
    annotator: str = ""
    aggregators: tuple[str, ...] = ()
    gigabytes: int = 0  # of the GPU that it is for; 0: no GPU in particular

    @property
    def presets(self) -> list[PresetExpert]:
        return [PRESETS[name] for name in self.members]


def _fit(gigabytes: int, members: Sequence[str], annotator: str, *aggregators: str) -> PresetSet:
    title = f"For a GPU of {gigabytes} GB"
    name = f"fit-{gigabytes}"
    return PresetSet(name, title, tuple(members), annotator, aggregators, gigabytes)


# Its annotator and aggregators depend on the benchmark (moe_core/benchmarks.py).
PAPER = PresetSet("paper", "The paper's sixteen", tuple(preset.name for preset in PAPER_EXPERTS))
LARGE = (
    *("Qwen3.6-27B", "Qwen3.6-35B-A3B", "Gemma-4-31B", "GLM-4.7-Flash", "Nemotron-3-Nano"),
    *("Qwen3-Coder-30B-A3B", "MedGemma-27B", "Ministral-3-14B"),
)
FITS: dict[int, PresetSet] = {
    one.gigabytes: one
    for one in (
        _fit(
            24,
            (
                *("Qwen3.5-9B", "gpt-oss-20b", "Gemma-4-12B", "Ministral-3-8B-Reasoning"),
                *("R1-0528-Qwen3-8B", "Qwen2.5-Coder-7B", "Med42-8B", "Ministral-3-14B"),
            ),
            "Ministral-3-14B",
            *("Qwen3.5-9B", "gpt-oss-20b"),
        ),
        _fit(
            48,
            (*LARGE, "gpt-oss-20b"),
            "Ministral-3-14B",
            *("Qwen3.6-27B", "Gemma-4-31B", "gpt-oss-20b"),
        ),
        _fit(
            80,
            (*LARGE, "gpt-oss-120b"),
            "Ministral-3-14B",
            *("Qwen3.6-27B", "Gemma-4-31B", "gpt-oss-120b"),
        ),
    )
}
SETS: dict[str, PresetSet] = {one.name: one for one in (PAPER, *FITS.values())}

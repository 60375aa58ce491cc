"""What each preset needs, as a table of docs/presets.md."""

import json
from collections.abc import Iterable

from webapp.experts.memory.fits import fit, gigabytes
from webapp.experts.memory.places import SIZES, sold_as
from webapp.experts.memory.published import published
from webapp.experts.memory.table import settings_of
from webapp.experts.presets.pools import PAPER, SETS, PresetSet
from webapp.experts.presets.preset import PresetExpert
from webapp.experts.presets.today import TODAYS_EXPERTS

UNVERIFIED = "*"
NOTHING = "-"


def needs_table(presets: Iterable[PresetExpert]) -> list[list[str]]:
    """Cells, with a head."""
    head = [
        *("preset", "hub id", "licence", "weights", "from", "packed", "new tokens", "sampling"),
        *("template options", "reasoning parser", "end of thinking", "loaded as", "remote code"),
    ]
    return [head, *map(_needs, presets)]


def facts_table(presets: Iterable[PresetExpert]) -> list[list[str]]:
    """Where all that was read, and when."""
    head = ["preset", "read in", "on", "verified"]
    return [
        head,
        *(
            [one.name, f"{one.source_of_facts}.", one.date, "yes" if one.verified else "no"]
            for one in presets
        ),
    ]


def sets_table() -> list[list[str]]:
    head = ["set", "experts", "annotates", "may aggregate"]
    return [head, *(_of_set(one) for one in SETS.values() if one.gigabytes)]


def documented() -> list[list[list[str]]]:
    """All tables, in the order of docs/presets.md."""
    return [
        sets_table(),
        needs_table(TODAYS_EXPERTS),
        needs_table(PAPER.presets),
        facts_table([*TODAYS_EXPERTS, *PAPER.presets]),
    ]


def _of_set(one: PresetSet) -> list[str]:
    return [
        f"`{one.name}`",
        ", ".join(one.members),
        one.annotator,
        ", ".join(one.aggregators),
    ]


def _needs(one: PresetExpert) -> list[str]:
    gate = ", gated" if one.gated else ""
    formats = {
        name: getattr(one, name) for name in ("tokenizer_mode", "config_format", "load_format")
    }
    loaded = [f"`{name}={value}`" for name, value in formats.items() if value == "mistral"]
    loaded += ["no pictures"] if one.text_only else []
    loaded += ["system prompt"] if one.system_prompt else []
    packed = [f"by vLLM: `{one.quantization}`"] if one.quantization else []
    packed += [f"stored: `{one.stored_as}`"] if one.stored_as else []
    return [
        one.name if one.verified else f"{one.name} {UNVERIFIED}",
        f"`{one.source}`",
        one.licence + gate,
        *_memory(one),
        ", ".join(packed) or NOTHING,
        f"{one.max_new_tokens:,}",
        ", ".join(f"{name} {value:g}" for name, value in one.sampling.items()),
        f"`{json.dumps(one.chat_template_options)}`" if one.chat_template_options else NOTHING,
        f"`{one.reasoning_parser}`" if one.reasoning_parser else NOTHING,
        f"`{one.end_of_thinking}`" if one.end_of_thinking else NOTHING,
        ", ".join(loaded) or NOTHING,
        "yes" if one.trust_remote_code else "no",
    ]


def _memory(one: PresetExpert) -> tuple[str, str]:
    """What its weights take once they are loaded, and the smallest GPU with room for an output."""
    fits = {size: fit(published()[one.source], sold_as(size), settings_of(one)) for size in SIZES}
    enough = [size for size, it in fits.items() if it.verdict.loads and not it.cuts_outputs]
    return gigabytes(fits[SIZES[-1]].weight_bytes), f"{enough[0]} GB"

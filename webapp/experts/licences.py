"""Under which licence a model's makers have published it, as its files say."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

CARD_BYTES = 2**16  # of a README: more than what stands before its text
FRONT = re.compile(r"\A\s*---\s*\n(.*?)\n---\s*(\n|\Z)", re.DOTALL)
LINE = re.compile(r"^(license(?:_name|_link)?):[ \t]*(?:\n[ \t]*-[ \t]*)?(\S.*)$", re.MULTILINE)
OTHER = "other"  # what the hub calls those that it has no name for


def licence_in(folder: Path) -> str:
    """By the model's card, or else by a file; empty where nothing says it."""
    try:
        with (folder / "README.md").open("rb") as content:
            card = content.read(CARD_BYTES).decode(errors="replace")
    except OSError:
        card = ""
    front = FRONT.match(card)
    said = (
        {name: value.strip().strip("\"'") for name, value in LINE.findall(front.group(1))}
        if front
        else {}
    )
    return licence_of_card(said) or _file(folder)


def licence_of_card(card: Mapping[str, Any]) -> str:
    """By what stands before the text of a model's card."""
    said, name = card.get("license"), card.get("license_name")
    said = ", ".join(map(str, said)) if isinstance(said, list) else said
    chosen = name if name and said in (None, OTHER) else said
    return str(chosen)[:100] if chosen else ""


def _file(folder: Path) -> str:
    found = sorted(file.name for file in folder.glob("LICEN[CS]E*"))
    return f"see its file {found[0]}" if found else ""

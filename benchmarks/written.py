"""Writing results: JSON that a person can read and a diff can show."""

import json
from pathlib import Path


def write_json(path: Path, found: object) -> None:
    """Indented, but with every innermost object or list on a line of its own."""
    path.parent.mkdir(exist_ok=True)
    path.write_text(_lines(found) + "\n")


def _lines(value: object, indent: str = "") -> str:
    if isinstance(value, dict):
        parts = [f"{json.dumps(key)}: {_lines(of, indent + ' ')}" for key, of in value.items()]
        nested = any(isinstance(of, dict | list) for of in value.values())
        brackets = "{}"
    elif isinstance(value, list):
        parts = [_lines(of, indent + " ") for of in value]
        nested = any(isinstance(of, dict | list) for of in value)
        brackets = "[]"
    else:
        return json.dumps(value)
    if not nested:
        return brackets[0] + ", ".join(parts) + brackets[1]
    inner = ",\n".join(f"{indent} {part}" for part in parts)
    return f"{brackets[0]}\n{inner}\n{indent}{brackets[1]}"

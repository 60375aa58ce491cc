"""Reading question files in this process, and in a child as the product does."""

import csv
import io
import json
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from webapp.files.child import convert
from webapp.files.limits import MB, Limits
from webapp.questions.reading.mapping import how_of

READER = "webapp.questions.reading.reader:QuestionReader"
HOW: dict[str, Any] = {"mapping": {}, "seed": 0, "longest": 20_000}
LIMITS = Limits(
    file=100 * MB, rows=1_000_000, cell=MB, memory=2048 * MB, seconds=300, output=1000 * MB
)


@dataclass(frozen=True)
class Loaded:
    """What `convert` made of a file."""

    rows: list[dict[str, Any]]
    errors: list[tuple[int, str]]
    format: str
    columns: dict[str, str | list[str]]
    unused: list[str]
    warnings: list[str]
    told: dict[str, Any]

    @property
    def golds(self) -> list[str]:
        return [row["gold"] for row in self.rows]


def load(
    content: bytes | str, mapping: Mapping[str, Any] | None = None, limits: Limits = LIMITS
) -> Loaded:
    """Read a file without a child process. Raises FileRefused."""
    output, problems = io.StringIO(), io.StringIO()
    with tempfile.NamedTemporaryFile() as file:
        file.write(content.encode() if isinstance(content, str) else content)
        file.flush()
        how = HOW | {"mapping": mapping or {}, "how": how_of(mapping or {})}
        report = convert(Path(file.name), output, problems, READER, how, limits)
    rows = [json.loads(line) for line in output.getvalue().splitlines()]
    assert len(rows) == report["size"]
    assert len(report["errors"]) == min(report["bad_rows"], 1000)
    assert len(problems.getvalue().splitlines()) == report["bad_rows"]
    return Loaded(
        rows,
        report["errors"],
        report["format"],
        report["columns"],
        report["unused"],
        report["warnings"],
        report["told"],
    )


def as_jsonl(rows: list[dict[str, Any]]) -> str:
    return "".join(json.dumps(row) + "\n" for row in rows)


def as_csv(rows: list[dict[str, Any]], delimiter: str = ",") -> str:
    """Lists as JSON."""
    file = io.StringIO()
    writer = csv.DictWriter(file, list(rows[0]), delimiter=delimiter)
    writer.writeheader()
    for row in rows:
        writer.writerow(
            {key: json.dumps(v) if isinstance(v, list) else v for key, v in row.items()}
        )
    return file.getvalue()

"""How long large question files take: read in the child, and stored; and through the form.

Files of about 95 MB, and Parquet of a million rows, are made on the spot. The child gets 512 MB of
address space, a quarter of what it may have: a file that needs more would be refused.
"""

import csv
import json
import os
import resource
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks import uploads
from benchmarks.servers import own_servers

RESULT = Path(__file__).resolve().parents[1] / "benchmarks" / "results" / "files.json"
MEMORY_MB = 512
ROWS = 238_000  # of about 400 bytes
PARQUET_ROWS = 1_000_000
WORDS = "What is the sum of all prime numbers below the first number that is not one of them "


def main() -> None:
    os.environ["SKILLMOE_READING_MEMORY_MB"] = str(MEMORY_MB)
    with own_servers(), tempfile.TemporaryDirectory() as made:
        found = [measure(Path(made), *file) for file in FILES]
        path = Path(made) / "questions.csv"
        _write_csv(path, uploads.ROWS)
        found.append(uploads.measure(path))
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(json.dumps(found, indent=2) + "\n")
    for entry in found:
        print("  ".join(f"{name} {value}" for name, value in entry.items()))


def measure(
    folder: Path, name: str, rows: int, write: Callable[[Path, int], None]
) -> dict[str, Any]:
    from webapp.accounts.models import Team
    from webapp.files.read_in_child import read_file
    from webapp.questions.taking import READER, SEED, take_questions

    path = folder / name
    write(path, rows)
    how = {"mapping": {}, "seed": SEED, "longest": 20_000}
    started = time.perf_counter()
    with read_file(path, name, READER, how) as read:
        reading = time.perf_counter() - started
        assert (read.size, read.bad_rows) == (rows, 0)
    team, _ = Team.objects.get_or_create(name="Bench")
    started = time.perf_counter()
    take_questions(team, None, path, name, name=name, kind="test")
    found = {
        "file": name,
        "megabytes": round(path.stat().st_size / 2**20),
        "rows": rows,
        "read_seconds": round(reading, 1),
        "read_and_stored_seconds": round(time.perf_counter() - started, 1),
        "parent_peak_megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }
    path.unlink()
    return found


def _row(n: int) -> dict[str, Any]:
    return {"id": n, "question": f"{n}: {WORDS * 4}", "answer": str(n), "category": "arithmetic"}


def _write_csv(path: Path, rows: int) -> None:
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, list(_row(0)))
        writer.writeheader()
        writer.writerows(map(_row, range(rows)))


def _write_jsonl(path: Path, rows: int) -> None:
    with path.open("w") as file:
        file.writelines(json.dumps(_row(n)) + "\n" for n in range(rows))


def _write_json(path: Path, rows: int) -> None:
    with path.open("w") as file:
        for n in range(rows):
            file.write(("," if n else "[") + json.dumps(_row(n)))
        file.write("]")


def _write_parquet(path: Path, rows: int) -> None:
    import pyarrow
    from pyarrow import parquet

    schema = pyarrow.Table.from_pylist([_row(0)]).schema
    with parquet.ParquetWriter(path, schema, compression="zstd") as writer:
        for start in range(0, rows, 10_000):
            batch = [_row(n) for n in range(start, start + 10_000)]
            writer.write_table(pyarrow.Table.from_pylist(batch, schema))


FILES: list[tuple[str, int, Callable[[Path, int], None]]] = [
    ("questions.csv", ROWS, _write_csv),
    ("questions.jsonl", ROWS, _write_jsonl),
    ("questions.json", ROWS, _write_json),
    ("questions.parquet", PARQUET_ROWS, _write_parquet),
]

if __name__ == "__main__":
    main()

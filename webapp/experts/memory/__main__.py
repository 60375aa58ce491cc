"""`python -m webapp.experts.memory [--markdown] [FOLDER or HUB-ID …]`: what fits which GPU.

Without a model: the presets, by their published sizes and with their own settings; with
`--sources`: where the published sizes are from.
"""

import argparse
import sys
from collections.abc import Callable, Iterator

from webapp.experts.memory.table import (
    as_markdown,
    as_text,
    sources_table,
    table_of,
    titled_tables,
)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m webapp.experts.memory")
    parser.add_argument("models", nargs="*", metavar="FOLDER-OR-HUB-ID")
    parser.add_argument("--markdown", action="store_true")
    parser.add_argument("--sources", action="store_true")
    given = parser.parse_args()
    drawn = as_markdown if given.markdown else as_text
    try:
        sys.stdout.write("\n".join(_written(given, drawn)))
    except ValueError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


def _written(given: argparse.Namespace, drawn: Callable[[list[list[str]]], str]) -> Iterator[str]:
    """One table, or each with its title."""
    if given.models:
        yield drawn(table_of(given.models)) + "\n"
    elif given.sources:
        yield drawn(sources_table()) + "\n"
    else:
        for title, cells in titled_tables().items():
            yield f"{title}\n\n{drawn(cells)}\n"


if __name__ == "__main__":
    sys.exit(main())

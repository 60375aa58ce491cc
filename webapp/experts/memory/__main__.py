"""`python -m webapp.experts.memory [--markdown] [FOLDER or HUB-ID …]`: what fits which GPU.

Without a model: the paper's sixteen, by their published sizes and with their own settings; with
`--sources`: where the published sizes are from.
"""

import argparse
import sys

from webapp.experts.memory.table import as_markdown, as_text, papers_table, sources_table, table_of


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m webapp.experts.memory")
    parser.add_argument("models", nargs="*", metavar="FOLDER-OR-HUB-ID")
    parser.add_argument("--markdown", action="store_true")
    parser.add_argument("--sources", action="store_true")
    given = parser.parse_args()
    plain = sources_table if given.sources else papers_table
    try:
        cells = table_of(given.models) if given.models else plain()
    except ValueError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write((as_markdown if given.markdown else as_text)(cells) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""`python -m webapp.experts.presets`: the tables of docs/presets.md."""

import sys

from webapp.experts.memory.table import as_markdown
from webapp.experts.presets.table import documented

if __name__ == "__main__":
    sys.stdout.write("\n\n".join(map(as_markdown, documented())) + "\n")

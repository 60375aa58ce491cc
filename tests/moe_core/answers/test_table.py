"""The table of rules: each reads its example as it says, and the documentation has it as it is."""

from pathlib import Path

import pytest

from moe_core.answers.table import COLOURS, GROUPS, Entry, markdown, scorers
from moe_core.extraction import read

DOCS = Path(__file__).resolve().parents[3] / "docs" / "answers.md"
LONGEST_NAME = 60  # characters that are stored with a response
ENTRIES = [entry for group in GROUPS for entry in group.entries]


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.name)
def test_each_rule_reads_its_example(entry: Entry) -> None:
    found = read(entry.example, () if entry.is_open else COLOURS)
    assert (found.answer, found.rule) == (entry.reads, entry.name)


def test_names_are_short_and_of_one_rule_each() -> None:
    names = [entry.name for entry in ENTRIES]
    assert len(set(names)) == len(names)
    assert max(map(len, names)) <= LONGEST_NAME


def test_the_documentation_has_the_table() -> None:
    """`python -m moe_core.answers.table` prints it anew."""
    for table in (markdown(), scorers()):
        assert "\n".join(table).strip() in DOCS.read_text()

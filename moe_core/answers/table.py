"""The rules of reading in their order, each with an example, and the scorers: the specification.

`python -m moe_core.answers.table` prints it as docs/answers.md has it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from moe_core.answers import letters, values
from moe_core.answers.conclusions import CONCLUSIONS
from moe_core.answers.outright import OUTRIGHT
from moe_core.answers.reading import SEVERAL_CHOSEN, TAKEN_BACK
from moe_core.scorers import SCORERS

COLOURS = ("red", "green", "blue", "yellow")  # the options of the examples


@dataclass(frozen=True)
class Entry:
    """One rule: what it reads in an example, a question with options COLOURS or an open one."""

    name: str
    example: str
    reads: str | None
    is_open: bool = False


@dataclass(frozen=True)
class Group:
    """Rules that are tried together, and how they are."""

    title: str
    entries: tuple[Entry, ...]


GROUPS = (
    Group(
        "Stated outright: the last one counts, unless it only repeats those before it. In an open"
        " question the marked ones (boxes, tags, keys, ####) come before sentences",
        tuple(Entry(rule.name, rule.example, "C") for rule in OUTRIGHT),
    ),
    Group(
        "Sentences that choose an option, after the last of those: again the last one",
        tuple(Entry(rule.name, rule.example, "C") for rule in CONCLUSIONS),
    ),
    Group(
        "Nothing is stated outright, and there are options: the first rule that finds one",
        tuple(Entry(rule.name, rule.example, "C") for rule in letters.RULES),
    ),
    Group(
        "Nothing is stated outright, and there are no options: the first rule that finds something",
        tuple(Entry(rule.name, rule.example, rule.reads, is_open=True) for rule in values.RULES),
    ),
    Group(
        "No answer, though one is named",
        (
            Entry(SEVERAL_CHOSEN.rule, "The answer is A or B.", None),
            Entry(TAKEN_BACK.rule, "The answer is 5. Wait, that is wrong.", None, is_open=True),
        ),
    ),
)


def markdown(groups: Iterable[Group] = GROUPS) -> Iterator[str]:
    """The tables, line by line."""
    for group in groups:
        yield f"{group.title}:"
        yield ""
        yield "| Rule | Example | Read as |"
        yield "|---|---|---|"
        for entry in group.entries:
            example = entry.example.replace("\n", "⏎").replace("|", "\\|")
            yield f"| {entry.name} | `` {example} `` | {entry.reads or 'nothing'} |"
        yield ""


def scorers() -> Iterator[str]:
    """The table of what a person may name instead, line by line."""
    yield "| Scorer | Name in API and commands | What is read, and what is right |"
    yield "|---|---|---|"
    for scorer in SCORERS.values():
        yield f"| {scorer.title} | `{scorer.name}` | {scorer.help.replace('|', chr(92) + '|')} |"


if __name__ == "__main__":
    print("\n".join([*markdown(), *scorers()]))

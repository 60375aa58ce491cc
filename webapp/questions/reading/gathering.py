"""Rows that hold one option each, put together to questions."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from webapp.files.errors import RowRefused
from webapp.files.readers import Columns
from webapp.questions.reading.cells import text_of
from webapp.questions.reading.choices import Choice, Choices
from webapp.questions.reading.kinds import is_mark
from webapp.questions.reading.options.texts import MOST_OPTIONS, Options, is_right
from webapp.questions.reading.per_option import stem_and_option
from webapp.questions.reading.stems import stem_of


@dataclass
class _Group:
    """The rows of one question so far."""

    row: int
    cells: Mapping[str, Any]
    texts: list[str] = field(default_factory=list)
    right: list[int] = field(default_factory=list)
    last: int = 0


Gathered = tuple[int, Mapping[str, Any], Choice]


class Gathering:
    """Takes rows; gives a question when a row of the next one comes."""

    def __init__(self, columns: Columns, choices: Choices) -> None:
        self._has_option = "options" in columns
        self._choices = choices
        self._group: _Group | None = None
        self._seen = ""

    def look(self, cells: Mapping[str, Any]) -> None:
        question, _ = self._parts(cells)
        if question != self._seen:
            self._seen = question
            self._choices.see_marked([0] if is_right(cells["right"]) else [1])

    def take(self, row: int, cells: Mapping[str, Any]) -> Gathered | None:
        """The question before, if this row is of another one. Raises RowRefused."""
        question, option = self._parts(cells)
        if not is_mark(cells["right"]):
            raise RowRefused("Whether the option is right is neither 1 nor 0.")
        done = None
        group = self._group
        if group is None or self._parts(group.cells)[0] != question:
            done, group = group, _Group(row, cells)
            self._group = group
        if len(group.texts) <= MOST_OPTIONS:
            if is_right(cells["right"]):
                group.right.append(len(group.texts))
            group.texts.append(option)
        group.last = row
        return self._made(done) if done else None

    def last(self) -> Gathered | None:
        """The last question. Raises RowRefused."""
        done, self._group = self._group, None
        return self._made(done) if done else None

    def _made(self, group: _Group) -> Gathered:
        question, _ = self._parts(group.cells)
        try:
            options = Options(group.texts, right=group.right)
            choice = self._choices.marked(question, options, str(group.row))
        except RowRefused as error:
            rows = (
                f"row {group.row}" if group.row == group.last else f"rows {group.row}-{group.last}"
            )
            raise RowRefused(f"The question of {rows}: {error}") from None
        return group.row, group.cells, choice

    def _parts(self, cells: Mapping[str, Any]) -> tuple[str, str]:
        """The question and the option of a row. Raises RowRefused."""
        question = stem_of(cells).question
        if self._has_option:
            return question, text_of(cells["options"], "option")
        question, option = stem_and_option(question)
        if not option:
            raise RowRefused("No option follows the question in this row.")
        return question, option

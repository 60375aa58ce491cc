"""Questions from the rows of a file. Knows no Django: it works in the child process."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from webapp.files.errors import RowRefused, listed
from webapp.files.json.nested import unused
from webapp.files.readers import Reader
from webapp.files.tables import Table
from webapp.questions.reading.cells import label_of, whole
from webapp.questions.reading.choices import Choice, Choices
from webapp.questions.reading.columns import columns_of, find_columns, parts_left_out
from webapp.questions.reading.gathering import Gathering
from webapp.questions.reading.names import CHOSEN, NAMES, looks_like_an_answer, plain
from webapp.questions.reading.notes import Notes
from webapp.questions.reading.stems import stem_of
from webapp.questions.reading.survey import LOOKED_AT


class QuestionReader(Reader):
    """Gives {row, key, text, options, gold, alternatives, category, messages} for every question.

    Settings: `mapping` (mapping.py), `seed` for shuffling, `longest` (characters of a question
    with its options, and of an answer).
    """

    def __init__(self, table: Table, settings: Mapping[str, Any]) -> None:
        mapping: Mapping[str, Any] = settings["mapping"]
        self.columns = find_columns(table, mapping)
        self._longest: int = settings["longest"]
        self._choices = Choices(self.columns, mapping, settings["seed"], table.counts_from)
        self._gathering = (
            Gathering(self.columns, self._choices) if "right" in self.columns else None
        )
        self.looks_at = LOOKED_AT if self._choices.needs_a_look else 0
        left = unused(table.names, columns_of(self.columns))
        self._parts = parts_left_out(left, mapping, table.sample())
        is_graded = not self.columns.keys().isdisjoint((*CHOSEN, "correct"))
        self._answers = [] if is_graded else list(filter(looks_like_an_answer, left))
        # An instruction may need nothing after it.
        self._may_be_alone = plain(str(self.columns.get("passage"))).startswith("instruction")
        self._how = {word: mapping.get(word) for word in ("rows", "header", "ignored")}
        self._notes = Notes()
        self._rows_by_key: dict[str, int] = {}

    def look(self, record: Mapping[str, Any]) -> None:
        cells = self._cells(record)
        (self._gathering or self._choices).look(cells)

    def decide(self) -> None:
        self._choices.decide()

    def take(self, row: int, record: Mapping[str, Any]) -> dict[str, Any] | None:
        cells = self._cells(record)
        if self._gathering is not None:
            gathered = self._gathering.take(row, cells)
            return self._question(*gathered) if gathered else None
        return self._question(row, cells, None)

    def rest(self) -> Iterator[dict[str, Any]]:
        if self._gathering is not None and (last := self._gathering.last()):
            yield self._question(*last)

    @property
    def warnings(self) -> list[str]:
        self._choices.check_marks()
        found = self._notes.all(self._choices)
        if self._answers:
            found.insert(0, f"No column was taken for the answer. Is it {listed(self._answers)}?")
        return found

    @property
    def told(self) -> dict[str, Any]:
        """`parts`: columns left out that look like a part of the question; `shuffled`;
        `mapping`: what would read another file just so."""
        return {
            "parts": self._parts,
            "shuffled": self._choices.is_shuffled,
            "mapping": {role: self.columns.get(role) for role in NAMES}
            | self._how
            | self._choices.said,
        }

    def _question(
        self, row: int, cells: Mapping[str, Any], gathered: Choice | None
    ) -> dict[str, Any]:
        key = whole(label_of(cells.get("id"), "id")) or str(row)
        stem = stem_of(cells, may_be_alone=self._may_be_alone)
        self._check_length(stem.question, (), ())  # before anything is looked for in it
        choice = gathered or self._choices.take(row, key, cells, stem)
        text = stem.text(choice.question)
        texts = list(choice.options)
        self._check_length(text, texts, choice.golds)
        category = label_of(cells.get("category"), "category")
        earlier = self._rows_by_key.setdefault(key, row)
        if earlier != row:
            raise RowRefused(
                f"The id {key!r} was used in row {earlier} already: make ids unique, or read the"
                " file without its ids."
            )
        self._notes.see(choice)
        gold, *alternatives = choice.golds or [""]
        return {
            "row": row,
            "key": key,
            "text": text,
            "options": texts,
            "gold": gold,
            "alternatives": alternatives,
            "category": category,
            "messages": stem.messages(choice.question),
        }

    def _cells(self, record: Mapping[str, Any]) -> dict[str, Any]:
        return {
            role: record[columns] if isinstance(columns, str) else [record[c] for c in columns]
            for role, columns in self.columns.items()
        }

    def _check_length(self, text: str, options: Sequence[str], golds: Sequence[str]) -> None:
        length = len(text) + sum(map(len, options))
        gold = max(map(len, golds), default=0)
        for what, size in (("question (with its options)", length), ("answer", gold)):
            if size > self._longest:
                raise RowRefused(
                    f"The {what} has {size:,} characters; {self._longest:,} are allowed."
                )

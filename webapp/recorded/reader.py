"""Rows of recorded responses: who once wrote what in answer to which question.

A reader for webapp.files, so it runs in the child that reads the file and knows no Django.
"""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from webapp.files.errors import FileRefused, RowRefused
from webapp.files.json.nested import own_columns
from webapp.files.readers import Columns, Reader
from webapp.files.tables import Table, Written
from webapp.plural import counted
from webapp.questions.reading.cells import whole
from webapp.recorded.mapping import ALONE, LONGEST_MODEL, MOST_SAMPLES
from webapp.recorded.outputs import outputs_of
from webapp.recorded.shapes import SAME, SAMPLES, Shape, columns_of, shape_of, way_of

NOT_NEEDED = "pred"  # the publisher's reading of the output
LONGEST_ID = 200  # characters, as questions have them


class ResponseReader(Reader):
    """Gives {row, id, text, responses: [[model, sample, output], …], question} for every row.

    A sample's number counts from 0. Settings: `mapping` (mapping.py); `questions`, whether the
    question itself is wanted: {id, question, options, answer, category}.
    """

    def __init__(self, table: Table, settings: Mapping[str, Any]) -> None:
        names = own_columns(table)
        mapping: Mapping[str, Any] = settings.get("mapping", {})
        self._shape: Shape = shape_of(names, mapping)
        self._names = names
        self._model: str = (mapping.get(ALONE) or "").strip()
        self._wants_questions: bool = settings.get("questions", False)
        columns = columns_of(self._shape, names)
        self.columns: Columns = dict(columns)
        self._seen: dict[tuple[str, str], int] = {}
        self._samples: Counter[tuple[str, str]] = Counter()
        self._rows = self._empty = self._alike = 0

    def take(self, row: int, record: Mapping[str, Any]) -> dict[str, Any]:
        """All responses of one row. Raises RowRefused."""
        shape = self._shape
        key = _label(self._first("id", record), "question_id", LONGEST_ID, may_miss=True)
        text = _text(self._first("question", record), "question")
        if not key and not text:
            raise RowRefused("The question_id is missing, or no text or number.")
        if shape.wide:
            cells = {column: self._at(column, record) for column in shape.wide}
        else:
            model = self._model or _label(self._first("model", record), "model", LONGEST_MODEL)
            cells = {model: self._first("output", record)}
        arguments = record.get("arguments")
        kept: list[tuple[str, int, str]] = []
        for model, cell in cells.items():
            kept += self._numbered(row, key or text, model, outputs_of(cell, arguments))
        # A column called "question" may hold the ids.
        named = key or (text if len(text) <= LONGEST_ID else "")
        found = {"row": row, "id": named, "text": text, "responses": kept}
        if self._wants_questions:
            found["question"] = self._question(key, text, record)
        return found

    @property
    def warnings(self) -> list[str]:
        """Raises FileRefused where no model wrote anything."""
        if self._rows and self._empty == self._rows:
            raise FileRefused(
                "All outputs are empty: say which column holds what the models wrote, or, where the"
                " file has only the answers that were read from it, name their column as the"
                " output.",
                field="mapping",
            )
        found = []
        if any(name.lower() == NOT_NEEDED for name in self._names) and not self._uses(NOT_NEEDED):
            found.append(
                "“pred” is not used: every answer is read from its output, by one rule for all."
            )
        if self._empty:
            found.append(f"{self._empty:,} of {self._rows:,} outputs are empty.")
        if self._alike:
            found.append(
                f"Passed over, because by another filter the same responses are there already:"
                f" {counted(self._alike, 'row')}."
            )
        return found

    def _uses(self, name: str) -> bool:
        return any(name in columns for columns in self.columns.values())

    def _numbered(
        self, row: int, question: str, model: str, outputs: list[str]
    ) -> list[tuple[str, int, str]]:
        """A model's samples with their numbers: those of further rows go on counting."""
        pair = (question, model)
        earlier = self._seen.setdefault(pair, row)
        if earlier != row:
            if self._shape.again == SAME:
                self._alike += 1
                return []
            if self._shape.again != SAMPLES:
                raise RowRefused(
                    f"{model} has answered question {question[:LONGEST_ID]} in row {earlier}"
                    " already. If these are samples, name the column that numbers them."
                )
        begin = self._samples[pair]
        if begin + len(outputs) > MOST_SAMPLES:
            raise RowRefused(f"There are more than {MOST_SAMPLES} samples of one question.")
        self._samples[pair] += len(outputs)
        self._rows += len(outputs)
        self._empty += sum(not output.strip() for output in outputs)
        return [
            (model, number, stored(output)) for number, output in enumerate(outputs, start=begin)
        ]

    def _question(self, key: str, text: str, record: Mapping[str, Any]) -> dict[str, Any]:
        found: dict[str, Any] = {"question": text} | ({"id": key} if key else {})
        for role, paths in self._shape.question_set.items():
            cell = next((c for path in paths if (c := self._at(path, record)) is not None), None)
            if isinstance(cell, list) and role == "answer":
                cell = cell[0] if len(cell) == 1 else None
            if cell is not None:
                found[role] = cell
        return found

    def _first(self, role: str, record: Mapping[str, Any]) -> Any:
        """What the first of a role's paths that the row has leads to."""
        for path in self._shape.paths.get(role, ()):
            if (cell := self._at(path, record)) is not None:
                return cell
        return None

    def _at(self, path: str, record: Mapping[str, Any]) -> Any:
        cell: Any = record
        for name in way_of(path, self._names):
            cell = cell.get(name) if isinstance(cell, Mapping) else None
        return cell


def _label(value: Any, role: str, limit: int, *, may_miss: bool = False) -> str:
    if may_miss and value is None:
        return ""
    if not isinstance(value, str) or not value.strip():
        raise RowRefused(f"The {role} is missing, or no text or number.")
    text = value.strip() if role == "model" else whole(value.strip())
    if len(text) > limit:
        raise RowRefused(f"The {role} has {len(text)} characters; {limit} are allowed.")
    if text != stored(text):
        raise RowRefused(f"The {role} holds characters that are no text (NUL, half a surrogate).")
    return text


def _text(value: Any, role: str) -> str:
    """A question's text; empty where there is none that could be compared."""
    if isinstance(value, list) and value and isinstance(value[-1], Mapping):  # chat messages
        asked = [
            m.get("content") for m in value if isinstance(m, Mapping) and m.get("role") == "user"
        ]
        value = asked[-1] if asked else None
    return (
        stored(value.strip()) if isinstance(value, str) and not isinstance(value, Written) else ""
    )


def stored(text: str) -> str:
    """What Postgres can hold; an LLM's output may contain anything."""
    return text.replace("\0", "\ufffd").encode("utf-8", "replace").decode("utf-8")

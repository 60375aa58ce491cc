"""Rows of recorded responses: who once wrote what in answer to which question.

A reader for webapp.files, so it runs in the child that reads the file and knows no Django.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from webapp.files.errors import FileRefused, RowRefused
from webapp.files.readers import Columns, Reader
from webapp.files.tables import Table
from webapp.questions.reading.cells import whole

# Role → names it goes by, the surest first; upper and lower case are the same.
NAMES: dict[str, tuple[str, ...]] = {
    "question_id": ("question_id", "id", "question", "qid"),
    "model": ("model", "model_name", "expert", "llm"),
    "output": ("output", "model_output", "model_outputs", "response", "completion"),
}
NOT_NEEDED = "pred"  # the publisher's reading of the output
LONGEST_LABEL = 100  # characters of a model's name, as experts have them; of an id, 200


class ResponseReader(Reader):
    """Takes {question_id, model, output}; other columns are left alone."""

    warnings: list[str] = []

    def __init__(self, table: Table, settings: Mapping[str, Any]) -> None:
        names = table.names
        self._column = {role: _column(role, names) for role in NAMES}
        self.columns: Columns = dict(self._column)
        self.warnings = []
        if any(name.lower() == NOT_NEEDED for name in names):
            self.warnings.append(
                "“pred” is not used: every answer is read from its output, by one rule for all."
            )
        self._rows: dict[tuple[str, str], int] = {}

    def take(self, row: int, record: Mapping[str, Any]) -> dict[str, Any]:
        """One response with its row. Raises RowRefused."""
        question = _label(record.get(self._column["question_id"]), "question_id", 200)
        model = _label(record.get(self._column["model"]), "model", LONGEST_LABEL)
        earlier = self._rows.setdefault((question, model), row)
        if earlier != row:
            raise RowRefused(f"{model} has answered question {question} in row {earlier} already.")
        output = record.get(self._column["output"])
        if output is not None and not isinstance(output, str):
            raise RowRefused("The output is no text.")
        return {"row": row, "question": question, "model": model, "output": _stored(output or "")}


def _column(role: str, names: Sequence[str]) -> str:
    for alias in NAMES[role]:
        for name in names:
            if name.strip().lower() == alias:
                return name
    raise FileRefused(
        f"No column holds the {role}: recorded responses have the columns question_id, model and"
        f" output. The columns are: {', '.join(names[:20]) or 'none'}."
    )


def _label(value: Any, role: str, limit: int) -> str:
    if not isinstance(value, str) or not value.strip():
        raise RowRefused(f"The {role} is missing, or no text or number.")
    text = value.strip() if role == "model" else whole(value.strip())
    if len(text) > limit:
        raise RowRefused(f"The {role} has {len(text)} characters; {limit} are allowed.")
    if text != _stored(text):
        raise RowRefused(f"The {role} holds characters that are no text (NUL, half a surrogate).")
    return text


def _stored(text: str) -> str:
    """What Postgres can hold; an LLM's output may contain anything."""
    return text.replace("\0", "\ufffd").encode("utf-8", "replace").decode("utf-8")

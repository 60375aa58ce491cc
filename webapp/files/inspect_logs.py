"""Logs of Inspect, the evaluation framework (UKGovernmentBEIS/inspect_ai): a sample a row.

.json   one document: {"version", "status", "eval": {"model"}, "samples": […]}
.eval   a zip archive of such samples, which inspect_ai itself opens, where it is installed
"""

import re
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any
from zipfile import BadZipFile, ZipFile

from webapp.files.errors import FileRefused
from webapp.files.json.text import Cursor
from webapp.files.limits import Limits
from webapp.files.tables import Row, Written, first_rows, picked

NAMES = ["id", "epoch", "input", "choices", "target", "model", "output"]
LOOKED_AT = 2**12  # bytes that tell a log from other JSON
_LOG = re.compile(rb'\s*\{\s*"version"\s*:\s*\d+\s*,\s*"status"\s*:\s*"\w+"\s*,\s*"eval"\s*:\s*\{')
_HEADERS = {"header.json", "_journal/start.json"}  # of a finished log, and of one being written
UNUSED = {"messages", "events", "store", "attachments"}  # of samples: most of what they hold


def is_inspect_json(path: Path) -> bool:
    with path.open("rb") as file:
        return _LOG.match(file.read(LOOKED_AT).removeprefix(b"\xef\xbb\xbf")) is not None


def is_inspect_eval(path: Path) -> bool:
    try:
        with ZipFile(path) as archive:
            return not _HEADERS.isdisjoint(archive.namelist())
    except (BadZipFile, OSError):
        return False


class _Log:
    """What both kinds have in common, as tables."""

    format = "Inspect"
    is_headless = False
    counts_from: int | None = None

    def __init__(self) -> None:
        self.names = list(NAMES)
        self.notes: list[str] = []

    def rows(self, wanted: Collection[str]) -> Iterator[Row]:
        raise NotImplementedError

    def sample(self) -> list[dict[str, Any]]:
        return first_rows(self, self.names)


class InspectJson(_Log):
    """Its text is held in memory, which the limits allow for."""

    def __init__(self, path: Path, limits: Limits) -> None:
        super().__init__()
        self._text = path.read_text(encoding="utf-8-sig")
        self._limits = limits

    def rows(self, wanted: Collection[str]) -> Iterator[Row]:
        model = ""
        cursor = Cursor(self._text)
        for key in cursor.members():
            if key == "samples" and cursor.peek() == "[":
                for sample in cursor.elements():
                    yield self._row(sample, model, wanted)
                continue
            value = cursor.value()
            if key == "eval" and isinstance(value, dict):
                model = value.get("model") or ""
        cursor.end()

    def _row(self, sample: Any, model: str, wanted: Collection[str]) -> Row:
        if not isinstance(sample, dict):
            return "The sample is no object."
        cells = _cells(sample) | {"model": model}
        return picked(cells, wanted, self._limits)


class InspectEval(_Log):
    """Read by inspect_ai, a sample at a time."""

    def __init__(self, path: Path, limits: Limits) -> None:
        super().__init__()
        self._path = str(path)
        self._limits = limits
        try:
            import inspect_ai.log
        except ImportError:
            raise FileRefused(
                "This is an .eval log of Inspect, and the package that reads it is not installed:"
                " run `inspect log convert --to json` where the log was made and choose the .json"
                " file, or ask whoever runs the product to install inspect_ai."
            ) from None
        self._log = inspect_ai.log

    def rows(self, wanted: Collection[str]) -> Iterator[Row]:
        try:
            header = self._log.read_eval_log(self._path, header_only=True, format="eval")
            samples = self._log.read_eval_log_samples(
                self._path, all_samples_required=False, format="eval", exclude_fields=UNUSED
            )
            for sample in samples:
                cells = _cells(sample.model_dump(mode="json", exclude=UNUSED))
                yield picked(cells | {"model": header.eval.model}, wanted, self._limits)
        except (ValueError, KeyError, RuntimeError, OSError, BadZipFile) as error:
            reason = str(error).splitlines()[0][:200] if str(error) else type(error).__name__
            raise FileRefused(
                f"inspect_ai cannot read this .eval log: {reason}. It is damaged, or newer than the"
                " inspect_ai that is installed."
            ) from None


def _cells(sample: Mapping[str, Any]) -> dict[str, Any]:
    """The cells of a sample, less the model, which stands in the log's header."""
    return {
        "id": _label(sample.get("id")),
        "epoch": _label(sample.get("epoch")),
        "input": _asked(sample.get("input")),
        "choices": sample.get("choices"),
        "target": sample.get("target"),
        "output": _completion(sample.get("output")),
    }


def _label(value: Any) -> Any:
    return Written(str(value)) if isinstance(value, int) else value


def _asked(given: Any) -> Any:
    """The text of a question; chat messages as they are, where they are more than that."""
    if isinstance(given, list) and len(given) == 1 and isinstance(given[0], Mapping):
        return _text(given[0].get("content"))
    return given


def _completion(output: Any) -> str | None:
    """What the model wrote, less its reasoning, which Inspect keeps apart; None: nothing."""
    choices = output.get("choices") if isinstance(output, Mapping) else None
    if isinstance(choices, list) and choices and isinstance(choices[0], Mapping):
        message = choices[0].get("message")
        return _text(message.get("content")) if isinstance(message, Mapping) else None
    return None


def _text(content: Any) -> str:
    if isinstance(content, str):
        return content
    parts = content if isinstance(content, list) else []
    texts = [part.get("text") for part in parts if isinstance(part, Mapping)]
    return "".join(text for text in texts if isinstance(text, str))

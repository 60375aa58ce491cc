"""What a cell of a log says that a model wrote.

text                         one sample
a list of texts              a sample each
lists inside a list          of lm-evaluation-harness: the samples of its only request; or, where
                             there are several requests, how likely each option was
a message, or messages       what the last of them says
"""

from collections.abc import Mapping
from typing import Any

from webapp.files.errors import RowRefused
from webapp.files.tables import Written


def outputs_of(cell: Any, arguments: Any = None) -> list[str]:
    """The samples, in order. `arguments` are those of the requests. Raises RowRefused."""
    if cell is None:
        return [""]
    if isinstance(cell, str | Mapping):
        return [_said(cell)]
    if not isinstance(cell, list):
        raise RowRefused("The output is no text.")
    if not cell:
        return [""]
    if all(isinstance(inner, list) for inner in cell):
        if _is_likelihood(cell[0]):
            return [_likeliest(cell, arguments)]
        if len(cell) > 1:
            raise RowRefused("The output is of several requests: one was expected.")
        return outputs_of(cell[0])
    if isinstance(cell[-1], Mapping) and "role" in cell[-1]:
        return [_said(cell[-1])]
    return [_said(sample) for sample in cell]


def _said(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, Mapping):
        for name in ("content", "text", "message"):
            if name in value:
                return _said(value[name])
    if isinstance(value, list):  # the parts of a message
        return "".join(_said(part) for part in value)
    raise RowRefused("The output is no text.")


def _pair(response: Any) -> tuple[float, Any] | None:
    """How likely, and whether it would be written: however deep it is wrapped."""
    while isinstance(response, list) and len(response) == 1:
        response = response[0]
    if not (isinstance(response, list) and len(response) == 2):
        return None
    try:
        return (float(response[0]), response[1]) if _is_flag(response[1]) else None
    except (TypeError, ValueError):
        return None


def _is_flag(value: Any) -> bool:
    return isinstance(value, bool) or (isinstance(value, str) and value in ("True", "False"))


def _is_likelihood(response: Any) -> bool:
    return _pair(response) is not None


def _likeliest(responses: list[Any], arguments: Any) -> str:
    """The text of the option that the model held for the likeliest. Raises RowRefused."""
    pairs = [pair for response in responses if (pair := _pair(response)) is not None]
    texts = _continuations(arguments)
    if len(pairs) != len(responses) or len(texts) != len(pairs):
        raise RowRefused(
            "The output is how likely each option was, and the options are not beside it."
        )
    best = max(range(len(pairs)), key=lambda place: pairs[place][0])
    return texts[best].strip()


def _continuations(arguments: Any) -> list[str]:
    """What each request had scored: its second argument."""
    requests = list(arguments.values()) if isinstance(arguments, Mapping) else arguments
    found = []
    for request in requests if isinstance(requests, list) else []:
        parts = list(request.values()) if isinstance(request, Mapping) else request
        is_pair = isinstance(parts, list) and len(parts) >= 2
        if not is_pair or not isinstance(parts[1], str) or isinstance(parts[1], Written):
            return []
        found.append(parts[1])
    return found

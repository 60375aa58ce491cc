"""What can come of a request to an endpoint instead of a completion, in words for a person."""

import json
import re
import textwrap
from typing import Any

import openai

from webapp.experts.told import quoted

SHOWN = 100  # characters of what came
SAID = 500  # of a server's own words
ABOUT_THE_PROMPT = {400, 413, 422}  # statuses that say nothing about the server
PASSING = {429, 502, 503, 504, 529}  # which it may answer better a little later


class Failed(Exception):
    """No completion came of a request; the text says why, and what to do."""

    is_of_prompt = False  # and says nothing of the server
    is_unreachable = False  # nobody answered at all
    may_pass = False  # nothing was generated, and the next time it may be
    after: float | None = None  # seconds after which the server wants to be asked again


class Unreachable(Failed):
    """Nobody answers, or hangs up before anything came."""

    is_unreachable = may_pass = True


class Forbidden(Failed):
    """The address leads where nothing is ever sent."""


class Silent(Failed):
    """No token came for too long."""


class BrokeOff(Failed):
    """A part came, and then no more."""


class NoCompletion(Failed):
    """What came is something else."""


class Withheld(Failed):
    """The model was asked and gives no text."""

    is_of_prompt = True


class Refused(Failed):
    """The server says no, by a status or by what it sends in place of a completion."""

    def __init__(self, status: int, message: str, after: float | None = None) -> None:
        said = textwrap.shorten(message, SAID, placeholder=" …")
        number = f" ({status})" if status else ""
        why = quoted(said) if said else "it gives no reason"
        super().__init__(f"the server refused it{number}: {why}")
        self.status, self.message, self.after = status, message, after
        self.is_of_prompt = status in ABOUT_THE_PROMPT
        self.may_pass = status in PASSING


class TooLong(Failed):
    """The prompt alone does not fit the server's context."""

    is_of_prompt = True


def refusal_of(error: openai.APIStatusError, after: float | None) -> Refused:
    """The package puts the body's `error` in its place, if it has one."""
    return Refused(error.status_code, message_in(error.body), after)


def message_in(body: object) -> str:
    """What an error says; the figures beside it go along, as llama.cpp has them there."""
    if isinstance(body, str):
        return _readable(body)
    if not isinstance(body, dict):
        return "" if body is None else json.dumps(body)
    for name in ("error", "message", "detail", "msg"):
        if body.get(name):
            said = body[name]
            text = said if isinstance(said, str) else message_in(said)
            extra = {k: v for k, v in body.items() if k.startswith("n_") or (k == "param" and v)}
            return f"{text} {json.dumps(extra)}" if extra else text
    return json.dumps(body)


def no_completion(text: str, content_type: str = "") -> NoCompletion:
    """What came in place of a completion: its kind and its beginning, and what to look at."""
    begins = _shown(text)
    if not text.strip():
        return NoCompletion("the server sent an empty reply: look at its log")
    if _is_page(text):
        return NoCompletion(
            f"the server sent a web page, which begins with {begins}: is the address right, and is"
            " there a proxy or a sign-in before the server?"
        )
    if _is_json(text):
        return NoCompletion(
            f"the server sent JSON that is no completion: {begins}: is the address that of an"
            " OpenAI-compatible API? It mostly ends in /v1"
        )
    kind = content_type.partition(";")[0].strip()
    said = f" ({quoted(kind)})" if kind else ""
    return NoCompletion(
        f"the server sent text that is no completion{said}, which begins with {begins}: is the"
        " address that of an OpenAI-compatible API?"
    )


def _readable(text: str) -> str:
    if not _is_page(text):
        return text
    title = re.search(r"<title[^>]*>(.*?)</title>", text, re.IGNORECASE | re.DOTALL)
    return f"a web page: {title[1].strip() if title else _shown(text)}"


def _is_page(text: str) -> bool:
    return bool(re.match(r"\s*<(!doctype html|html|head|body)\b", text, re.IGNORECASE))


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True


def _shown(text: str) -> str:
    return quoted(" ".join(text[: 2 * SHOWN].split())[:SHOWN])


def shown_json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)

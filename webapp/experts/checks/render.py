"""The process that tries one chat template: `python -m webapp.experts.checks.render`, with its task
as JSON on stdin; it says as JSON what came of it.

The template comes with somebody's checkpoint: it sees a sandbox, as in transformers, and has little
time and memory. What it writes does not leave this process.
"""

import json
import resource
import sys
from collections.abc import Mapping
from datetime import datetime
from typing import Any, NoReturn

from jinja2 import TemplateError
from jinja2.ext import Extension, loopcontrols
from jinja2.nodes import Node
from jinja2.parser import Parser
from jinja2.sandbox import ImmutableSandboxedEnvironment

from webapp.confined import end_with

SECONDS = 2  # of the processor
MEMORY = 2**29  # bytes of address space
LONGEST = 300  # characters of an error


class Generation(Extension):
    """A tag around what a model writes, which only training is interested in."""

    tags = {"generation"}

    def parse(self, parser: Parser) -> list[Node]:
        next(parser.stream)
        return parser.parse_statements(("name:endgeneration",), drop_needle=True)


def main() -> None:
    task = json.load(sys.stdin)
    end_with(task["parent"])
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    error, prompt = "", ""
    try:
        prompt = rendered(task["template"], task["variables"], task["question"], task["system"])
    except MemoryError:
        sys.exit(1)
    except Exception as raised:  # a template may fail in any way
        name = "" if isinstance(raised, TemplateError) else f"{type(raised).__name__}: "
        error = f"{name}{raised}"[:LONGEST]
    is_asked, is_told = task["question"] in prompt, task["system"].strip() in prompt
    json.dump({"error": error, "is_asked": is_asked, "is_told": is_told}, sys.stdout)


def rendered(template: str, variables: Mapping[str, Any], question: str, system: str = "") -> str:
    """As transformers' render_jinja_template; a test holds the two together."""
    environment = ImmutableSandboxedEnvironment(
        trim_blocks=True, lstrip_blocks=True, extensions=[Generation, loopcontrols]
    )
    environment.filters["tojson"] = _as_json
    environment.globals |= {"raise_exception": _raise, "strftime_now": _now}
    messages = [{"role": "user", "content": question}]
    if system:
        messages.insert(0, {"role": "system", "content": system})
    fixed = {"messages": messages, "tools": None, "add_generation_prompt": True}
    return environment.from_string(template).render(**{"documents": None, **variables, **fixed})


def _as_json(
    value: Any,
    ensure_ascii: bool = False,
    indent: int | None = None,
    separators: tuple[str, str] | None = None,
    sort_keys: bool = False,
) -> str:
    return json.dumps(
        value, ensure_ascii=ensure_ascii, indent=indent, separators=separators, sort_keys=sort_keys
    )


def _raise(message: str) -> NoReturn:
    raise TemplateError(message)


def _now(written: str) -> str:
    return datetime.now().strftime(written)


if __name__ == "__main__":
    main()

"""Wordings: the words of every prompt, as a team or a benchmark wants them.

Every prompt is put in the words of a wording: those of the method, and those of its baselines.
`plain` is moe_core.prompts, on which the demo's experts are trained. `paper` has the structure of
the paper's published prompts (what comes first, what is asked for, how an answer closes) in words
of this project: no sentence is theirs. A wording of your own, such as the publication's exact one,
is a set of templates (docs/operations.md).
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields

from moe_core import prompts
from moe_core.errors import WordingError
from moe_core.fences import fenced

Asking = Callable[[str, Sequence[str]], str]  # (question, options) → prompt
Showing = Callable[[str, Sequence[str], Sequence[str]], str]  # (question, responses, options) → …
Refining = Callable[[str, str, Sequence[str]], str]  # (question, own response, options) → …
# (question, own response or None, others' responses, options) → …
Debating = Callable[[str, str | None, Sequence[str], Sequence[str]], str]


@dataclass(frozen=True)
class Wording:
    """How each purpose of a generation is put into words; profiling responds, too."""

    name: str
    annotate: Asking
    respond: Asking
    aggregate: Showing
    trial: Showing
    refine: Refining = prompts.refine
    debate: Debating = prompts.debate


PLAIN = Wording("plain", prompts.annotate, prompts.respond, prompts.aggregate, prompts.aggregate)


@dataclass(frozen=True)
class Templates:
    """Texts with {places} to be filled. PLACES says which each of them must have, and may have."""

    annotate: str
    respond: str
    aggregate: str
    trial: str
    aggregate_response: str  # one response among those of an aggregation
    trial_response: str
    closing_letter: str  # how an answer closes, where there are options
    closing_open: str
    # Of the rounds after the first; without them the plain wording's.
    refine: str = ""
    debate: str = ""
    debate_own: str = ""  # the expert's own response among those of a debate
    debate_response: str = ""  # another expert's


_SHOWING = ("question", "responses", "closing")
PLACES: dict[str, tuple[str, ...]] = {
    "annotate": ("question",),
    "respond": ("question", "closing"),
    "aggregate": _SHOWING,
    "trial": _SHOWING,
    "aggregate_response": ("number", "response"),
    "trial_response": ("number", "response"),
    "closing_letter": (),
    "closing_open": (),
    "refine": ("question", "response", "closing"),
    "debate": _SHOWING,
    "debate_own": ("response",),
    "debate_response": ("response",),
}
OPTIONAL = ({"refine"}, {"debate", "debate_own", "debate_response"})  # each whole, or not at all
# Other braces are text, such as those of \boxed{X}.
_PLACE = re.compile(r"\{(question|responses|closing|number|response)\}")


def wording_of(name: str, templates: Templates, *, fences: bool = True) -> Wording:
    """A wording that fills templates; what is filled in is never itself taken for a template.

    `fences`: responses that look like several are put between marks (moe_core.fences).
    """

    def shown_of(responses: Sequence[str]) -> tuple[str, list[str]]:
        return fenced(responses) if fences else ("", list(responses))

    def filled(template: str, question: str, options: Sequence[str], **others: str) -> str:
        shown = prompts.question_text(question, options)
        closing = templates.closing_letter if options else templates.closing_open
        return _filled(template, question=shown, closing=closing, **others)

    def asking(template: str) -> Asking:
        return lambda question, options: filled(template, question, options)

    def showing(template: str, each: str) -> Showing:
        def show(question: str, responses: Sequence[str], options: Sequence[str]) -> str:
            said, texts = shown_of(responses)
            numbered = prompts.after(said) + _numbered(each, texts)
            return filled(template, question, options, responses=numbered)

        return show

    def refine(question: str, own: str, options: Sequence[str]) -> str:
        return filled(templates.refine, question, options, response=own.strip())

    def debate(
        question: str, own: str | None, others: Sequence[str], options: Sequence[str]
    ) -> str:
        own_first = [] if own is None else [own]
        said, texts = shown_of([*own_first, *others])
        each = [templates.debate_own] * len(own_first) + [templates.debate_response] * len(others)
        shown = [_filled(one, response=text.strip()) for one, text in zip(each, texts, strict=True)]
        together = prompts.after(said) + "\n\n".join(shown)
        return filled(templates.debate, question, options, responses=together)

    return Wording(
        name,
        refine=refine if templates.refine else prompts.refine,
        debate=debate if templates.debate else prompts.debate,
        annotate=asking(templates.annotate),
        respond=asking(templates.respond),
        aggregate=showing(templates.aggregate, templates.aggregate_response),
        trial=showing(templates.trial, templates.trial_response),
    )


def _numbered(template: str, responses: Sequence[str]) -> str:
    return "\n\n".join(
        _filled(template, number=str(number), response=response.strip())
        for number, response in enumerate(responses, start=1)
    )


def templates_from(given: object) -> Templates:
    """Templates from what a JSON file holds. Raises WordingError, which names the template."""
    optional = set().union(*OPTIONAL)
    names = [field.name for field in fields(Templates)]
    if not isinstance(given, Mapping):
        raise WordingError(f"is no object: give one text each for {', '.join(names)}")
    if strange := [str(name) for name in given if name not in PLACES]:
        raise WordingError(f"has the template {strange[0][:50]!r}: known are {', '.join(names)}")
    needed = set(names) - optional
    for together in OPTIONAL:
        needed |= together if together & given.keys() else set()
    if missing := [name for name in names if name in needed and name not in given]:
        raise WordingError(f"lacks {', '.join(missing)}: give a text for each")
    for name in needed:
        _check(name, given[name])
    return Templates(**given)


def _check(name: str, text: object) -> None:
    if not isinstance(text, str) or not text.strip():
        raise WordingError(f"has no text for {name!r}: write one between quotes")
    there = set(_PLACE.findall(text))
    for place in PLACES[name]:
        if place not in there:
            raise WordingError(f"has no {{{place}}} in {name!r}: put it where the {place} goes")
    for place in sorted(there - set(PLACES[name])):
        raise WordingError(f"has {{{place}}} in {name!r}, where nothing can fill it: take it out")


def _filled(template: str, **values: str) -> str:
    return _PLACE.sub(lambda found: values[found[1]], template)


_MERGE = (
    "You are given what several open models wrote in response to the latest question. Make one"
    " response of high quality out of it. Examine each of theirs with a critical eye, since some"
    " may be biased or wrong. Do not simply repeat them: what you write should be accurate, well"
    " structured and complete in itself."
)
PAPER = wording_of(
    "paper",
    Templates(
        annotate=(
            "Question: {question}\n\n"
            "What does somebody have to know or be able to do to answer this? Name the knowledge,"
            " subjects or skills at its core in 2 to 5 keywords, separated by commas. They may come"
            " from any field, for instance: algebra, combinatorics, thermodynamics, organic"
            " chemistry, genetics, anatomy, pharmacology, contract law, accounting, economic"
            " history, ethics, programming. Write the keywords only, without explaining them, in"
            " this form:\n"
            "Keywords: <keyword1>, <keyword2>, …"
        ),
        respond="Question: {question}\n\n{closing}",
        aggregate=_MERGE + "\n\n{responses}\n\nQuestion: {question}\n\n{closing}",
        trial="Question: {question}\n\n{closing}\n\n" + _MERGE + "\n\n{responses}",
        aggregate_response="### Model {number}'s response:\n{response}",
        trial_response="### Model{number}:\n{response}",
        closing_letter=(
            "First reason step by step. Then close with this line, where X is one capital letter,"
            " that of your choice:\nThe answer is (X)"
        ),
        closing_open=(
            "First reason step by step. Then close with this line, where X is your final answer:\n"
            "The answer is \\boxed{X}"
        ),
    ),
    fences=False,  # as published
)
WORDINGS = {wording.name: wording for wording in (PLAIN, PAPER)}

"""Recorded responses: who once wrote what in answer to which question."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from string import ascii_uppercase
from typing import Any

import numpy as np
from numpy.typing import NDArray

from moe_core.camps import camps
from moe_core.errors import RecordingError
from moe_core.evidence import Floats
from moe_core.extraction import extract, final_text
from moe_core.grading import equivalent, grade
from moe_core.replay.files import Row, read_rows
from moe_core.values import Question, Verdict

NAMED = 5  # ids that a message names at most


@dataclass(frozen=True)
class Response:
    """What a model stated, and the text before extraction without its thinking, where known.

    `stated` is in one spelling for all models that state the same. `score`: where a file tells how
    right it was, 0 to 1, instead of what it says. `characters`: how many it wrote, where known.
    """

    stated: str | None
    text: str | None
    score: float | None = None
    characters: int | None = None


@dataclass(frozen=True)
class Recording:
    """n questions, e models, and the response of each to each where there is one."""

    ids: Sequence[Any]  # as the file has them: numbers or texts
    questions: Sequence[Question]
    models: tuple[str, ...]
    responses: Sequence[Sequence[Response | None]]  # n rows of e

    @cached_property
    def right(self) -> Floats:
        """(n, e): 1 right, 0 not, or its score; nan where neither can be told."""
        values = np.full((len(self.questions), len(self.models)), np.nan)
        for row, (question, responses) in enumerate(
            zip(self.questions, self.responses, strict=True)
        ):
            for column, response in enumerate(responses):
                if response is not None and response.score is not None:
                    values[row, column] = response.score
                elif response is not None and question.gold:
                    verdict = grade(question, response.stated)
                    values[row, column] = verdict is Verdict.CORRECT
        return values

    @property
    def stated(self) -> list[list[str | None]]:
        """n rows of e answers."""
        return [[None if r is None else r.stated for r in row] for row in self.responses]

    @cached_property
    def characters(self) -> Floats:
        """(n, e): how many each response has; nan where that is not known."""
        known = [[None if r is None else r.characters for r in row] for row in self.responses]
        values = np.array(known, dtype=np.float64)  # None becomes nan
        return values.reshape(len(self.questions), len(self.models))

    @property
    def missing(self) -> int:
        """Pairs of question and model without a response."""
        return sum(response is None for row in self.responses for response in row)

    @cached_property
    def graded(self) -> NDArray[np.bool_]:
        """(n,): whether it can be told which responses are right."""
        return np.array([bool(q.gold) for q in self.questions]) | self.is_scored

    @cached_property
    def is_scored(self) -> bool:
        """Whether it holds scores and no answers, so that nothing can be voted on."""
        found = [response for row in self.responses for response in row if response is not None]
        return any(response.score is not None for response in found)

    def at(self, rows: Sequence[int]) -> "Recording":
        """Some of the questions, in this order."""
        return Recording(
            [self.ids[row] for row in rows],
            [self.questions[row] for row in rows],
            self.models,
            [self.responses[row] for row in rows],
        )

    def without_categories(self) -> "Recording":
        """The same as if nobody had labelled its questions."""
        return replace(self, questions=[replace(q, category="") for q in self.questions])

    def joined(self, other: "Recording") -> "Recording":
        """The questions of both, which are of the same models."""
        return Recording(
            [*self.ids, *other.ids],
            [*self.questions, *other.questions],
            self.models,
            [*self.responses, *other.responses],
        )

    def of(self, models: Sequence[str]) -> "Recording":
        """The same with these models, in this order."""
        columns = [self.models.index(model) for model in models]
        rows = [[row[column] for column in columns] for row in self.responses]
        return Recording(self.ids, self.questions, tuple(models), rows)


def read_recording(questions: Path, responses: Path) -> Recording:
    """Both files of a recording. Raises RecordingError where they do not fit together."""
    ids, asked = _questions(questions)
    places = {str(of): place for place, of in enumerate(ids)}
    found: dict[tuple[int, str], Response] = {}
    unknown: dict[str, int] = {}
    for number, row in enumerate(read_rows(responses), start=1):
        where = f"{responses}, row {number}"
        key, model = _text(row, "question_id", where), _text(row, "model", where)
        if key not in places:
            unknown[key] = unknown.get(key, 0) + 1
            continue
        place = places[key]
        if (place, model) in found:
            raise RecordingError(
                f"{where}: {model} has answered question {key} before: keep one response of each"
            )
        found[place, model] = _response(row, asked[place], where)
    if not found:
        raise RecordingError(
            f"none of the {len(unknown)} question ids in {responses} is among the {len(ids)} of"
            f" {questions}: give the files that belong together"
        )
    if unknown:
        raise RecordingError(
            f"{responses}: {sum(unknown.values())} responses to {len(unknown)} questions that"
            f" {questions} does not hold ({_some(unknown)}): add the questions, or leave the"
            " responses out"
        )
    models = tuple(sorted({model for _, model in found}))
    rows = [
        _in_one_spelling(question, [found.get((place, model)) for model in models])
        for place, question in enumerate(asked)
    ]
    return Recording(ids, asked, models, rows)


def _in_one_spelling(
    question: Question, responses: Sequence[Response | None]
) -> list[Response | None]:
    """The responses to a question, as the product counts them: those that mean the same alike."""
    if question.options or any(r is not None and r.score is not None for r in responses):
        return list(responses)
    stated = [None if response is None else response.stated for response in responses]
    verdicts = [grade(question, answer) for answer in stated]
    spellings = camps(stated, verdicts, equivalent).spellings
    return [
        None if response is None else replace(response, stated=spelling)
        for response, spelling in zip(responses, spellings, strict=True)
    ]


def _questions(path: Path) -> tuple[list[Any], list[Question]]:
    ids: list[Any] = []
    questions: list[Question] = []
    seen: set[str] = set()
    for number, row in enumerate(read_rows(path), start=1):
        where = f"{path}, row {number}"
        key = _text(row, name := "id" if "id" in row else "question_id", where)
        if key in seen:
            raise RecordingError(f"{where}: there is a question {key} already")
        seen.add(key)
        ids.append(row[name])
        options = _options(row.get("options"), where)
        gold = "" if row.get("answer") is None else str(row["answer"]).strip()
        if options and gold and gold.upper() not in list(ascii_uppercase[: len(options)]):
            raise RecordingError(
                f"{where}: the answer {gold!r} is none of the letters of its {len(options)} options"
            )
        category = "" if row.get("category") is None else str(row["category"]).strip()
        text = _text(row, "question", where)
        questions.append(Question(text, options, gold, category=category))
    if not ids:
        raise RecordingError(f"{path} holds no questions")
    return ids, questions


def _options(value: Any, where: str) -> tuple[str, ...]:
    if isinstance(value, str) and value.strip():  # CSV holds no lists
        try:
            value = json.loads(value)
        except json.JSONDecodeError as error:
            raise RecordingError(f"{where}: the options are no JSON list: {error}") from error
    if value is None or value == "":
        return ()
    if not isinstance(value, list | tuple) or len(value) > len(ascii_uppercase):
        raise RecordingError(f"{where}: the options are no list of at most 26 texts")
    return tuple(str(option) for option in value)


def _response(row: Row, question: Question, where: str) -> Response:
    if (score := row.get("score")) is not None:
        return Response(None, None, _score(score, where))
    output, published = row.get("output"), row.get("pred")
    written = row.get("characters")
    characters = int(written) if isinstance(written, int | float) and written == written else None
    if output is not None and not isinstance(output, str):
        raise RecordingError(f"{where}: the output is no text")
    if output is not None:
        stated, text = extract(output, question.options), final_text(output)
        return Response(stated, text, characters=len(output))
    named = "" if published is None or published != published else str(published).strip()
    if question.options and named not in list(ascii_uppercase[: len(question.options)]):
        named = ""  # no letter of this question, as for extraction
    return Response(named or None, None, characters=characters)


def _score(value: Any, where: str) -> float:
    try:
        score = float(value)
    except (TypeError, ValueError):
        score = -1.0
    if not 0 <= score <= 1:
        raise RecordingError(f"{where}: the score {value!r} is no number from 0 to 1")
    return score


def _text(row: Row, name: str, where: str) -> str:
    value = row.get(name)
    if value is None or value != value or not str(value).strip():
        raise RecordingError(f"{where}: the {name} is missing")
    return str(value).strip()


def _some(names: Iterable[str]) -> str:
    some = list(names)
    more = f" and {len(some) - NAMED} more" if len(some) > NAMED else ""
    return ", ".join(some[:NAMED]) + more

"""A row's options and its gold answers, in whatever way the file has them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random
from string import ascii_uppercase
from typing import Any

from moe_core.prompts import question_text
from webapp.files.errors import RowRefused
from webapp.files.readers import Columns
from webapp.files.tables import Written
from webapp.questions.reading.answers import Answers, answers_of
from webapp.questions.reading.cells import text_of
from webapp.questions.reading.conventions import convention_of
from webapp.questions.reading.gold import (
    Decided,
    checked,
    gold_at,
    gold_of,
    is_letter,
    letters_of,
    readings,
)
from webapp.questions.reading.kinds import is_mark
from webapp.questions.reading.mapping import ALL, ANY, TEXT, YES_NO, wrong
from webapp.questions.reading.names import plain
from webapp.questions.reading.options import inline
from webapp.questions.reading.options.lettered import split_divided
from webapp.questions.reading.options.texts import (
    Options,
    is_right,
    options_in,
    options_of,
    shuffled,
)
from webapp.questions.reading.stems import Stem
from webapp.questions.reading.survey import Survey, is_in_doubt

MARKS = 20  # open answers: so many that are all 1 or 0 mean something else
SELECT_ALL = "Several of these may be right: give the letters of all that are."
# Lists of these columns are all wanted; of others, any of them counts.
_WANTED_ALL = {"finalanswer", "solution"}


@dataclass(frozen=True)
class Choice:
    """A question without its options, these, and all answers that count: letters, with options."""

    question: str
    options: Sequence[str] = ()
    golds: Sequence[str] = ()
    way: str = ""  # how the answer was found, where that is not plain: answers.py
    several: str = ""  # what several right answers were taken for: ANY or ALL


class Choices:
    """Takes the rows of one file. `look` at rows, then `decide`, then `take` them."""

    def __init__(
        self, columns: Columns, mapping: Mapping[str, Any], seed: int, counts_from: int | None
    ) -> None:
        self._columns, self.seed = columns, seed
        self._convention = convention_of(columns)
        self._survey = Survey(self._convention, counts_from)
        self._decided = Decided(first=0)
        self._written = mapping.get("written")
        self._several = mapping.get("several")
        self._is_told = "answer_index" in mapping and "written" not in mapping
        self._open_answers = self._marks = 0  # open answers, and those that are 1 or 0
        self.dropped = 0  # incorrect answers that are the correct one
        self.doubts: list[int] = []  # rows whose answer is one option's letter, another's text

    @property
    def needs_a_look(self) -> bool:
        return not {"options", "answer_index", "right"}.isdisjoint(self._columns)

    @property
    def is_shuffled(self) -> bool:
        """Whether the file tells the right options apart from the others, or puts them first."""
        return "correct" in self._columns or self._survey.marks_first

    @property
    def reads_texts(self) -> bool:
        """Whether an answer that is a letter and a text is taken for the text."""
        return self._decided.ways[0] == TEXT

    @property
    def index(self) -> str:
        """Where numbers of options count from; empty where none is a number."""
        return self._decided.index if self._survey.has_numbers else ""

    @property
    def said(self) -> dict[str, Any]:
        """How answers were read, for a mapping that reads another file just so."""
        numbered = self._survey.has_numbers and not self._decided.only
        written = self._decided.index if numbered else self._written
        return {"written": written, "several": self._several}

    def look(self, cells: Mapping[str, Any]) -> None:
        options = self._options(cells)
        if options is not None:
            answers = self._answers(cells)
            self._survey.see(answers.texts[0] if answers.texts else "", _index(cells), options)

    def decide(self) -> None:
        self._decided = self._survey.decide(self._written, is_told=self._is_told)

    def take(self, row: int, key: str, cells: Mapping[str, Any], stem: Stem) -> Choice:
        """Raises RowRefused."""
        if "correct" in self._columns:
            return self._told_apart(stem.question, cells, key)
        answers = self._answers(cells)
        if not answers.texts and stem.answer:
            answers = answers_of(stem.answer)
        index = _index(cells)
        options, question = self._options(cells), stem.question
        if options is None:
            question, options = _listed(question, [*answers.texts, index])
            row = 0  # each has its letter, which is what an answer names
        if options is None:
            return self._open(question, cells, answers, index)
        options.check()
        if options.right and self._survey.marks_first:
            options = self._shuffled(options, key)
        return self._among(row, question, options, answers, index)

    def check_marks(self) -> None:
        """Raises FileRefused where all open answers are 1 or 0, as no question asks for them."""
        is_label = plain(str(self._columns.get("answer"))) == "label"
        if self._written or self._marks < self._open_answers or not self._marks:
            return
        if is_label or self._marks >= MARKS:
            raise wrong(
                "The answers are all 1 or 0, and there are no options to choose from. What do they"
                " mean?",
                {"written": [YES_NO, TEXT]},
            )

    def marked(self, question: str, options: Options, key: str) -> Choice:
        """A choice whose right options are marked. Raises RowRefused."""
        options.check()
        if self._survey.marks_first:
            options = self._shuffled(options, key)
        return self._among(0, question, options, Answers(), "")

    def see_marked(self, right: Sequence[int]) -> None:
        self._survey.see("", "", Options([], right=right))

    def _answers(self, cells: Mapping[str, Any]) -> Answers:
        cell = cells.get("answer")
        if self._written == YES_NO and is_mark(cell):
            cell = is_right(cell)
        column = self._columns.get("answer", "")
        return answers_of(cell, column if isinstance(column, str) else "")

    def _options(self, cells: Mapping[str, Any]) -> Options | None:
        if "options" not in cells:
            return None
        if not isinstance(self._columns["options"], str):
            return options_in(cells["options"])
        found = options_of(cells["options"])
        return found if found is not None and found.texts else None

    def _told_apart(self, question: str, cells: Mapping[str, Any], key: str) -> Choice:
        correct, *others = self._correct(cells["correct"])
        if isinstance(self._columns["incorrect"], str):
            incorrect = _incorrect(cells["incorrect"])
        else:
            incorrect = options_in(cells["incorrect"])
        # One that says the same as the correct one would be graded as wrong.
        right = {correct, *others}
        texts = [t for t in incorrect.texts if t and t not in right] if incorrect else []
        self.dropped += incorrect is not None and not right.isdisjoint(incorrect.texts)
        options, gold = shuffled(correct, [*others, *texts], f"{self.seed}/{key}")
        options.check()
        golds = [gold, *(ascii_uppercase[options.texts.index(other)] for other in others)]
        return Choice(question, options.texts, golds, several=ANY if others else "")

    def _correct(self, cell: Any) -> list[str]:
        """The correct answer, or several. Raises RowRefused."""
        if plain(str(self._columns["correct"])).endswith("s"):
            several = _incorrect(cell)
            found = list(dict.fromkeys(filter(None, several.texts))) if several else []
        else:
            found = [text for text in [text_of(cell, "correct answer")] if text]
        if not found:
            raise RowRefused("The correct answer is empty.")
        return found

    def _shuffled(self, options: Options, key: str) -> Options:
        places = list(range(len(options.texts)))
        Random(f"{self.seed}/{key}").shuffle(places)
        right = [new for new, old in enumerate(places) if old in options.right]
        return Options([options.texts[place] for place in places], right=right)

    def _open(
        self, question: str, cells: Mapping[str, Any], answers: Answers, index: str
    ) -> Choice:
        """A question without options. Raises RowRefused."""
        first = answers.texts[0] if answers.texts else ""
        is_told = isinstance(self._columns.get("options"), str)
        self._open_answers += bool(first)
        self._marks += is_mark(first) and not isinstance(cells.get("answer"), bool)
        if is_letter(first) and (is_told or inline.announces_options(question)):
            raise RowRefused("The answer is a letter, but there are no options to choose from.")
        if index not in ("", "-1"):
            raise RowRefused("The answer is an index, but there are no options to choose from.")
        is_truth = isinstance(cells.get("answer"), bool) or self._written == YES_NO
        if len(answers.texts) < 2 or is_truth:
            return Choice(question, golds=answers.texts, way=answers.way)
        if self._wants_all(self._columns.get("answer")):
            return Choice(question, golds=[", ".join(answers.texts)], way=answers.way, several=ALL)
        return Choice(question, golds=answers.texts, way=answers.way, several=ANY)

    def _wants_all(self, column: Any) -> bool:
        by_name = isinstance(column, str) and plain(column.rsplit(".", 1)[-1]) in _WANTED_ALL
        return by_name if self._several is None else self._several == ALL

    def _among(
        self, row: int, question: str, options: Options, answers: Answers, index: str
    ) -> Choice:
        letters, wants_all = self._letters(row, options, answers, index)
        if len(letters) < 2:
            return Choice(question, options.texts, letters, answers.way)
        if wants_all:
            text = f"{question_text(question, options.texts)}\n{SELECT_ALL}"
            return Choice(text, golds=[", ".join(sorted(letters))], several=ALL)
        return Choice(question, options.texts, letters, answers.way, ANY)

    def _letters(
        self, row: int, options: Options, answers: Answers, index: str
    ) -> tuple[list[str], bool]:
        """The right options, and whether all of them are wanted. Raises RowRefused."""
        texts = answers.texts
        if not texts and not index:
            return [ascii_uppercase[place] for place in options.right], self._several == ALL
        if index and (by_index := gold_at(index, options, self._decided)):
            if texts:
                checked(texts[0], by_index, index, options, self._decided)
            return [by_index], False
        if len(texts) == 1 and (several := letters_of(texts[0], options)):
            return several, self._several != ANY
        # Of what means the same in several words, what is an option.
        known = [text for text in texts if readings(text, options)] or texts
        found = list(dict.fromkeys(gold_of(text, options, self._decided) for text in known))
        if row and len(texts) == 1 and is_in_doubt(texts[0], options):
            self.doubts.append(row)
        are_letters = all(map(is_letter, texts))
        return found, self._several == ALL or (self._several is None and are_letters)


def _index(cells: Mapping[str, Any]) -> str:
    cell = cells.get("answer_index")
    if isinstance(cell, list) and len(cell) == 1:
        cell = cell[0]
    return text_of(cell, "answer's index")


def _listed(question: str, answers: Sequence[str]) -> tuple[str, Options | None]:
    """The question without the options that its text lists, and these."""
    told = next((answer for answer in answers if answer), "")
    stem, texts, are_lettered = inline.options_in_text(question, told)
    if not texts or not stem:
        return question, None
    return stem, Options(texts, ascii_uppercase[: len(texts)] if are_lettered else ())


def _incorrect(cell: Any) -> Options | None:
    """Incorrect answers in one cell: a list, or texts with semicolons between them."""
    if isinstance(cell, str) and not isinstance(cell, Written) and not cell.strip().startswith("["):
        text = cell.strip()
        return Options(split_divided(text) or [text]) if text else None
    return options_of(cell)

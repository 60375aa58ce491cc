"""Questions from the rows of a file. Knows no Django: it works in the child process."""

from collections import Counter
from collections.abc import Mapping, Sequence
from string import ascii_uppercase
from typing import Any

from moe_core.costs import is_costly
from webapp.files.errors import FileRefused, RowRefused
from webapp.files.readers import Columns
from webapp.files.tables import Written
from webapp.questions import inline
from webapp.questions.cells import label_of, question_of, text_of, whole
from webapp.questions.columns import convention_of, find_columns
from webapp.questions.gold import gold_at, gold_of, is_in_doubt, is_letter, letter_of
from webapp.questions.options import Options, options_in, options_of, shuffled

Choice = tuple[Options | None, str]  # options, and the gold answer: a letter if there are options


class QuestionReader:
    """Gives {row, key, text, options, gold, category} for every row that is a question.

    Settings: `mapping` (role → column or columns), `seed` for shuffling, `longest` (characters of
    a question with its options, and of an answer).
    """

    def __init__(self, names: Sequence[str], settings: Mapping[str, Any]) -> None:
        self.columns: Columns = find_columns(names, settings["mapping"])
        self._seed: int = settings["seed"]
        self._longest: int = settings["longest"]
        self._is_mmlu = convention_of(self.columns) == "MMLU"
        options = self.columns.get("options")
        self._first = int(isinstance(options, list) and options[0].strip().endswith("1"))
        self._rows_by_key: dict[str, int] = {}
        self._ungraded = 0
        self._single = 0
        self._costly = 0  # gold answers
        self._in_words = 0  # answers that are no letters
        self._indices: Counter[int] = Counter()  # less the number of options
        self._zeros = 0
        self._dropped = 0
        self._doubts: list[int] = []  # rows whose answer is one option's letter, another's text

    @property
    def warnings(self) -> list[str]:
        found = []
        if "correct" in self.columns:
            found.append(f"The options were shuffled with the seed {self._seed}.")
        if self._ungraded:
            found.append(f"{_questions(self._ungraded)} no gold answer: ungraded.")
        if self._costly:
            found.append(
                f"{_questions(self._costly)} a gold answer that is too costly to compare:"
                " only an answer that is spelled like it will count as correct."
            )
        if self._single:
            found.append(f"{_questions(self._single)} only one option.")
        if self._dropped:
            found.append(
                f"{_questions(self._dropped)} the correct answer among the incorrect ones."
            )
        if self._doubts:
            found.append(self._doubtful())
        self._check_indices()
        return found

    def take(self, row: int, record: Mapping[str, Any]) -> dict[str, Any]:
        cells = {role: self._cell(record, columns) for role, columns in self.columns.items()}
        text = question_of(cells["question"])
        key = whole(label_of(cells.get("id"), "id")) or str(row)
        if "correct" in self.columns:
            options, gold = self._told_apart(cells, key)
        else:
            text, (options, gold) = self._chosen(row, cells, text)
        texts = list(options.texts) if options else []
        self._check_length(text, texts, gold)
        category = label_of(cells.get("category"), "category")
        earlier = self._rows_by_key.setdefault(key, row)
        if earlier != row:
            raise RowRefused(f"The id {key!r} was used in row {earlier} already.")
        self._ungraded += not gold
        self._single += len(texts) == 1
        self._costly += not texts and is_costly(gold)
        return {
            "row": row,
            "key": key,
            "text": text,
            "options": texts,
            "gold": gold,
            "category": category,
        }

    def _cell(self, record: Mapping[str, Any], columns: str | list[str]) -> Any:
        if isinstance(columns, str):
            return record[columns]
        return [record[column] for column in columns]

    def _told_apart(self, cells: Mapping[str, Any], key: str) -> Choice:
        correct = text_of(cells["correct"], "correct answer")
        if not correct:
            raise RowRefused("The correct answer is empty.")
        if isinstance(self.columns["incorrect"], str):
            incorrect = options_of(cells["incorrect"])
        else:
            incorrect = options_in(cells["incorrect"])
        # One that says the same as the correct one would be graded as wrong.
        texts = [t for t in incorrect.texts if t and t != correct] if incorrect else []
        self._dropped += incorrect is not None and correct in incorrect.texts
        options, gold = shuffled(correct, texts, f"{self._seed}/{key}")
        options.check()
        return options, gold

    def _chosen(self, row: int, cells: Mapping[str, Any], text: str) -> tuple[str, Choice]:
        """The question's text, which may hold the options, and its choice."""
        answer = text_of(cells.get("answer"), "answer")
        options, is_told = self._options(cells)
        if options is None:
            stem, listed = inline.split_inline(text)
            if listed:  # each after its letter, which is what an answer names
                text, options = question_of(stem), Options(listed, ascii_uppercase[: len(listed)])
        if options is None:
            if is_letter(answer) and (is_told or inline.announces_options(text)):
                raise RowRefused("The answer is a letter, but there are no options to choose from.")
            if text_of(cells.get("answer_index"), "answer's index") not in ("", "-1"):
                raise RowRefused("The answer is an index, but there are no options to choose from.")
            return text, (None, whole(answer))
        options.check()
        return text, (options, self._gold(row, cells, answer, options))

    def _options(self, cells: Mapping[str, Any]) -> tuple[Options | None, bool]:
        """The options, and whether the file tells them apart from the text, if only as none."""
        if "options" not in cells:
            return None, False
        if not isinstance(self.columns["options"], str):
            return options_in(cells["options"], self._first), False
        found = options_of(cells["options"])
        if found is not None and not found.texts:
            return None, True
        return found, True

    def _gold(self, row: int, cells: Mapping[str, Any], answer: str, options: Options) -> str:
        """The gold letter. Raises RowRefused where answer and index disagree."""
        if self._is_mmlu and isinstance(cells["answer"], Written):
            return gold_at(answer, options)  # a number, as the file has it, and no text
        index = text_of(cells.get("answer_index"), "answer's index")
        if index.isdecimal():
            self._zeros += int(index) == 0
            self._indices[int(index) - len(options.texts)] += 1
        gold = gold_of(answer, options, index)
        if answer and not index:
            self._in_words += not letter_of(answer, options)
            if is_in_doubt(answer, options):
                self._doubts.append(row)
        return gold

    def _check_indices(self) -> None:
        """Raises FileRefused where indices seem to count from 1: most would be read wrongly."""
        if self._indices[0] and not self._zeros and self._indices.total() > 2:
            raise FileRefused(
                "The answers' indices seem to count from 1: none is 0, and some are as many as"
                " there are options. They are read as counting from 0: subtract 1, or give letters."
            )

    def _doubtful(self) -> str:
        """What was made of answers such as A where the options are O, A, B and AB."""
        rows = ", ".join(map(str, self._doubts[:10])) + (" …" if len(self._doubts) > 10 else "")
        if self._in_words:
            raise FileRefused(
                f"The answers of these rows are the letter of one option and the text of another:"
                f" {rows}. Other answers of the file are texts. Map the column as answer_index if"
                " its letters are letters, or write the letter everywhere."
            )
        return (
            f"The answers of these rows are also the text of another option, and were read as"
            f" letters, like all others: {rows}."
        )

    def _check_length(self, text: str, options: Sequence[str], gold: str) -> None:
        length = len(text) + sum(map(len, options))
        for what, size in (("question (with its options)", length), ("answer", len(gold))):
            if size > self._longest:
                raise RowRefused(
                    f"The {what} has {size:,} characters; {self._longest:,} are allowed."
                )


def _questions(count: int) -> str:
    return "1 question has" if count == 1 else f"{count:,} questions have"

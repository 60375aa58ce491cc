"""Which columns of a file mean what: recognised by their names, or told by a mapping.

role           what its column holds
question       the question; options may follow in it after "The options are:"
answer         the gold answer: a letter, an option's full text, its index from 0, or open
answer_index   the gold answer's index from 0
options        a list; or several columns, each with one option
correct        the correct answer, and
incorrect      the others, a list or several columns; all of them, shuffled, are the options
id, category   names
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from string import ascii_lowercase
from typing import Any, TypeVar

from webapp.files.errors import FileRefused, listed, short
from webapp.files.readers import Columns

# Role → names it goes by, the surest first; upper and lower case are the same.
NAMES: dict[str, tuple[str, ...]] = {
    "question": ("question", "problem", "input", "prompt", "query", "origin_query"),
    "answer": (
        *("answer", "gold_answer", "target", "ground_truth", "expected_output", "answerkey"),
        *("correct answer", "correct_answer"),
    ),
    "answer_index": ("answer_index", "answer_idx", "cop"),
    "options": ("options", "choices"),
    "correct": ("correct answer", "correct_answer"),
    "incorrect": ("incorrect answers", "incorrect_answers", "distractors"),
    "id": ("id", "question_id", "record id", "record_id", "uuid"),
    "category": ("category", "subject", "subject_name", "high-level domain"),
}
PAPERS_FILES = "the paper's files"  # a convention that all its benchmarks share
SEVERAL = {"options", "incorrect"}  # roles that may take several columns
# The two ways in which a file tells which option is right.
CHOSEN = {"options", "answer", "answer_index"}
APART = {"correct", "incorrect"}

# Names of such columns: of what kind, and which.
_SEVERAL = {
    "options": re.compile(r"(op|opt|option|choice|answer_option)?[ _-]?([a-z]|\d\d?)"),
    "incorrect": re.compile(r"(incorrect[ _]answer|distractor)[ _]?(\d\d?)"),
}

Found = TypeVar("Found")


def check_mapping(mapping: object) -> None:
    """Raises FileRefused for a mapping that fits no file at all."""
    if not isinstance(mapping, Mapping):
        raise _wrong('The mapping is no object: give {"question": "a column", …}.')
    for role, columns in mapping.items():
        if role not in NAMES:
            raise _wrong(f"The mapping names {short(str(role))}: known are {', '.join(NAMES)}.")
        if isinstance(columns, list) and role in SEVERAL:
            if not columns or not all(isinstance(column, str) for column in columns):
                raise _wrong(f"The mapping of {role} is no list of columns' names.")
            if role == "options" and len(columns) < 2:
                raise _wrong(
                    "The mapping of options lists one column: list several, or name it without"
                    " brackets if it holds a list."
                )
        elif columns is not None and not isinstance(columns, str):
            several = ", or a list of columns" if role in SEVERAL else ""
            raise _wrong(f"The mapping of {role} is no column's name{several}, nor null.")
    if "question" in mapping and mapping["question"] is None:
        raise _wrong("The mapping leaves out the question: name its column.")


def find_columns(names: Sequence[str], mapping: Mapping[str, Any]) -> Columns:
    """Role → column or columns. The mapping rules; null switches a role off.

    Raises FileRefused without a question column, or where a role cannot be told.
    """
    check_mapping(mapping)
    given: Columns = {role: columns for role, columns in mapping.items() if columns is not None}
    _check_given(given, names)
    used = set(columns_of(given))
    free = [name for name in names if name not in used]
    known = {role: found for role, found in _recognised(free, mapping) if role not in mapping}
    found = {**_without_rivals(known, given), **given}
    _check_whole(found, names)
    return {role: found[role] for role in NAMES if role in found}


def columns_of(columns: Mapping[str, str | list[str]]) -> list[str]:
    """All columns that were taken for something."""
    return [
        name
        for taken in columns.values()
        for name in ([taken] if isinstance(taken, str) else taken)
    ]


def convention_of(columns: Mapping[str, str | list[str]]) -> str:
    """Whose files have such columns; empty for nobody's in particular."""
    match {role: _plain(taken) for role, taken in columns.items()}:
        case {"correct": "correct answer", "incorrect": [*_]}:
            return "GPQA"
        case {"options": ["opa", "opb", "opc", "opd"], "answer_index": "cop"}:
            return "MedMCQA"
        case {"options": "options", "answer": "answer", "answer_index": "answer_index"}:
            return "MMLU-Pro"
        case {"options": "choices", "answer": "answer", "category": "subject"}:
            return "MMLU"
        case {"options": "choices", "answer": "answerkey"}:
            return "ARC"
        case {"options": _}:
            return ""
        case {"question": "problem", "answer": "answer"}:
            return "AIME"
        case {"question": "question", "answer": "gold_answer"}:
            return PAPERS_FILES
    return ""


def described(format: str, columns: Mapping[str, str | list[str]], unused: Sequence[str]) -> str:
    """How a file was read, in words."""
    taken = ", ".join(
        f"{role} from {' + '.join(f'“{name}”' for name in columns_of({role: columns[role]}))}"
        for role in NAMES  # Postgres has its own order
        if role in columns
    )
    convention = convention_of(columns)
    whose = f" as in {convention}" if convention else ""
    return f"{format}{whose}: {taken}" + (f"; not used: {listed(unused)}" if unused else "")


def _wrong(message: str) -> FileRefused:
    return FileRefused(message, field="mapping")


def _check_given(given: Columns, names: Sequence[str]) -> None:
    taken = columns_of(given)
    for column in taken:
        if column not in names:
            raise _wrong(
                f"The mapping names the column {short(column)}, which the file has not."
                f" The columns are: {listed(names)}."
            )
        if taken.count(column) > 1:
            raise _wrong(
                f"The mapping names the column {short(column)} twice: one column has one meaning."
                f" The columns are: {listed(names)}."
            )
    if given.keys() & APART and given.keys() & CHOSEN:
        raise _wrong(
            "The mapping has both correct and incorrect answers, and options or an answer:"
            " keep one of the two."
        )


def _recognised(
    names: Sequence[str], mapping: Mapping[str, Any]
) -> Iterable[tuple[str, str | list[str]]]:
    """Roles and columns by their names. Raises FileRefused for two columns of one name."""
    for role, aliases in NAMES.items():
        for alias in aliases:
            same = [name for name in names if _plain(name) == alias]
            if len(same) > 1 and role not in mapping:
                raise FileRefused(
                    f"The columns {' and '.join(map(short, same))} are both taken for the {role}:"
                    " keep one of them."
                )
            if same:
                yield role, same[0]
                break
        else:
            several = _numbered(names, _SEVERAL[role]) if role in _SEVERAL else []
            if len(several) >= (2 if role == "options" else 1):
                yield role, several


def _numbered(names: Sequence[str], pattern: re.Pattern[str]) -> list[str]:
    """Columns of one kind that are lettered from a on, or numbered from 0 or 1."""
    kinds: dict[str, dict[str, str]] = {}
    for name in names:
        if found := pattern.fullmatch(_plain(name)):
            kinds.setdefault(found[1] or "", {}).setdefault(found[2], name)
    for kind, columns in kinds.items():
        for counted in (ascii_lowercase, map(str, range(27)), map(str, range(1, 27))):
            several = _while_there(columns, counted)
            # Columns that are called 1 and 2 may be anything.
            if several and (kind or several[0].strip().isalpha()):
                return several
    return []


def _while_there(columns: Mapping[str, Found], counted: Iterable[str]) -> list[Found]:
    found = []
    for place in counted:
        if place not in columns:
            break
        found.append(columns[place])
    return found


def _without_rivals(known: Columns, given: Columns) -> Columns:
    """What was recognised, less what says the same in another way."""
    if given.keys() & APART:
        is_apart = True
    elif given.keys() & CHOSEN:
        is_apart = False
    else:
        is_apart = known.keys() >= APART and "options" not in known
    left_out = CHOSEN if is_apart else APART
    return {role: columns for role, columns in known.items() if role not in left_out}


def _check_whole(found: Columns, names: Sequence[str]) -> None:
    if "question" not in found:
        raise FileRefused(
            f"No column holds the questions: call one 'question' (or"
            f" {', '.join(NAMES['question'][1:])}), or say which column it is."
            f" The columns are: {listed(names)}."
        )
    if len(found.keys() & APART) == 1:
        raise _wrong("Correct and incorrect answers belong together: map both.")


def _plain(name: Any) -> Any:
    """A name in lower case; a list of them alike."""
    return name.strip().lower() if isinstance(name, str) else [_plain(inner) for inner in name]

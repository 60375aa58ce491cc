"""What a person says of a file: which column is what, and how its answers are written.

A mapping is JSON, the same for form, API and command, and can be saved under a name:

question, passage, …   a column's name, or several; null: the file has none (names.py lists them)
rows                   which list of a JSON file holds the questions: "test"
header                 whether a CSV's first line names its columns: true or false
written                how the answers are written: one of WRITTEN; null: as they tell
several                of several right answers, whether "any" of them counts or "all" are wanted
ignored                columns that look like a part of the question, and are not

A member of an object is named by its path: "question.stem". What is not mentioned is recognised.
"""

from collections.abc import Mapping
from typing import Any

from webapp.files.errors import FileRefused, short
from webapp.questions.reading.names import NAMES, SEVERAL

LETTER, TEXT, FROM_0, FROM_1 = "letter", "text", "index from 0", "index from 1"
YES_NO = "1 is yes, 0 is no"
# How an answer may be written → in words, where somebody chooses.
WRITTEN = {
    LETTER: "the letter of an option",
    TEXT: "the text of an option, or an open answer as it stands",
    FROM_0: "the number of an option, from 0",
    FROM_1: "the number of an option, from 1",
    YES_NO: "1 or 0, for yes and no",
}
ANY, ALL = "any", "all"
SAID = ("rows", "header", "written", "several", "ignored")  # what is no column


def check_mapping(mapping: object) -> None:
    """Raises FileRefused for a mapping that fits no file at all."""
    if not isinstance(mapping, Mapping):
        raise wrong('The mapping is no object: give {"question": "a column", …}.')
    for role, columns in mapping.items():
        if role in SAID:
            _check_said(role, columns)
            continue
        if role not in NAMES:
            known = ", ".join((*NAMES, *SAID))
            raise wrong(f"The mapping names {short(str(role))}: known are {known}.")
        _check_role(role, columns)
    if "question" in mapping and mapping["question"] is None:
        raise wrong("The mapping leaves out the question: name its column.")


def _check_role(role: str, columns: object) -> None:
    if isinstance(columns, list) and role in SEVERAL:
        if not columns or not all(isinstance(column, str) for column in columns):
            raise wrong(f"The mapping of {role} is no list of columns' names.")
        if role == "options" and len(columns) < 2:
            raise wrong(
                "The mapping of options lists one column: list several, or name it without"
                " brackets if it holds a list."
            )
    elif columns is not None and not isinstance(columns, str):
        several = ", or a list of columns" if role in SEVERAL else ""
        raise wrong(f"The mapping of {role} is no column's name{several}, nor null.")


def _check_said(word: str, said: object) -> None:
    choices: dict[str, tuple[object, ...]] = {
        "header": (True, False, None),
        "written": (*WRITTEN, None),
        "several": (ANY, ALL, None),
    }
    if word in choices and not any(
        said is c or (said == c and said == str(c)) for c in choices[word]
    ):
        told = ", ".join(
            '"' + c + '"' if isinstance(c, str) else str(c).lower()
            for c in choices[word]
            if c is not None
        )
        raise wrong(f"The mapping's {word} is none of {told}, nor null.")
    if word == "rows" and not (said is None or isinstance(said, str)):
        raise wrong("The mapping's rows is no list's name, nor null.")
    if word == "ignored" and not (
        said is None or (isinstance(said, list) and all(isinstance(name, str) for name in said))
    ):
        raise wrong("The mapping's ignored is no list of columns' names, nor null.")


def roles_of(mapping: Mapping[str, Any]) -> dict[str, Any]:
    """Only what it says of columns."""
    return {role: columns for role, columns in mapping.items() if role not in SAID}


def how_of(mapping: Mapping[str, Any]) -> dict[str, Any]:
    """What it says of the file's own shape, for webapp.files.tables.How."""
    known = [name for role in ("question", "answer") for name in NAMES[role]]
    return {"rows": mapping.get("rows") or "", "header": mapping.get("header"), "known": known}


def wrong(message: str, asks: Mapping[str, list[str]] | None = None) -> FileRefused:
    return FileRefused(message, field="mapping", asks=asks)

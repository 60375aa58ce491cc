"""What a person says of a log of responses: which column is what.

A mapping is JSON, the same for form, API and command:

id          the column of the question's id; null: not used
question    the column of the question's text; null: not used
output      the column of what the model wrote; or a list of columns, one for each model
model       the column of the model's name
sample      the column that numbers the samples of one question
model_name  the name of the one model that wrote the whole file, where no column has it
keep        which sample is stored: its number, from 1 (without it: the first), or "all"

A member of an object is named by its path: "doc.question". What is not mentioned is recognised.
"""

from collections.abc import Mapping
from typing import Any

from webapp.files.errors import FileRefused, short

ROLES = ("id", "question", "output", "model", "sample")
ALONE, KEEP, ALL = "model_name", "keep", "all"
MOST_SAMPLES = 100  # of one question, each an expert of its own
LONGEST_MODEL = 100  # characters, as experts have them


def check_mapping(mapping: object) -> None:
    """Raises FileRefused for a mapping that fits no file at all."""
    if not isinstance(mapping, Mapping):
        raise wrong('The mapping is no object: give {"output": "a column", …}.')
    for role, said in mapping.items():
        if role == KEEP:
            _check_keep(said)
        elif role == ALONE:
            _check_name(said)
        elif role not in ROLES:
            known = ", ".join((*ROLES, ALONE, KEEP))
            raise wrong(f"The mapping names {short(str(role))}: known are {known}.")
        elif role == "output" and isinstance(said, list):
            if not said or not all(isinstance(column, str) for column in said):
                raise wrong("The mapping of output is no list of columns' names.")
        elif said is not None and not isinstance(said, str):
            raise wrong(f"The mapping of {role} is no column's name, nor null.")
    if "output" in mapping and mapping["output"] is None:
        raise wrong("The mapping leaves out the output: name its column.")


def kept_sample(mapping: Mapping[str, Any]) -> int | None:
    """The number of the one sample that is stored, from 0; None: all of them."""
    keep = mapping.get(KEEP) or 1
    return None if keep == ALL else keep - 1


def wrong(message: str) -> FileRefused:
    return FileRefused(message, field="mapping")


def _check_keep(said: object) -> None:
    is_number = isinstance(said, int) and not isinstance(said, bool) and 1 <= said <= MOST_SAMPLES
    if not (said is None or said == ALL or is_number):
        raise wrong(f'The mapping\'s keep is no number from 1 to {MOST_SAMPLES}, nor "all".')


def _check_name(said: object) -> None:
    if said is not None and not (isinstance(said, str) and len(said.strip()) <= LONGEST_MODEL):
        raise wrong(f"The mapping's model_name is no name of up to {LONGEST_MODEL} characters.")

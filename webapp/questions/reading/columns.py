"""Which columns of a file mean what: recognised by their names and cells, or told by a mapping."""

from collections.abc import Iterable, Mapping, Sequence
from string import ascii_lowercase
from typing import Any, TypeVar

from webapp.files.errors import FileRefused, listed, short
from webapp.files.readers import Columns
from webapp.files.tables import Table
from webapp.questions.reading.conventions import name_of
from webapp.questions.reading.kinds import fits, is_filled
from webapp.questions.reading.mapping import check_mapping, roles_of, wrong
from webapp.questions.reading.names import (
    APART,
    CHOSEN,
    INSIDE,
    NAMES,
    NUMBERED,
    looks_like_a_part,
    plain,
)
from webapp.questions.reading.per_option import found_in

Found = TypeVar("Found")
# Which role's names are looked for first; `right` is told by the rows (per_option.py).
_ORDER = (
    *("question", "system", "options", "answer_index", "answer", "correct", "incorrect"),
    *("passage", "id", "category"),
)


def find_columns(table: Table, mapping: Mapping[str, Any]) -> Columns:
    """Role → column or columns. The mapping rules; null switches a role off.

    Raises FileRefused without a question column, or where a role cannot be told.
    """
    check_mapping(mapping)
    roles = roles_of(mapping)
    given: Columns = {role: columns for role, columns in roles.items() if columns is not None}
    _check_given(given, table.names)
    sample = table.sample()
    used = set(columns_of(given))
    free = [name for name in table.names if name not in used]
    if table.is_headless:
        known = _by_place(free, sample) if not given else {}
    else:
        known = _recognised(free, roles, sample)
        known |= found_in(sample, known, free) if not given.keys() & (CHOSEN | APART) else {}
    known = {role: found for role, found in known.items() if found and role not in roles}
    found = {**_without_rivals(known, given), **given}
    _check_whole(found, table)
    return {role: found[role] for role in NAMES if role in found}


def parts_left_out(
    unused: Sequence[str], mapping: Mapping[str, Any], sample: Sequence[Mapping[str, Any]]
) -> list[str]:
    """Columns that look like a part of the question, hold something, and are neither used nor
    ignored by the mapping."""
    ignored = set(mapping.get("ignored") or ())
    return [
        name
        for name in unused
        if name not in ignored
        and looks_like_a_part(name.rsplit(".", 1)[-1])
        and any(is_filled(row.get(name)) for row in sample)
    ]


def columns_of(columns: Mapping[str, str | list[str]]) -> list[str]:
    """All columns that were taken for something."""
    return [
        name
        for taken in columns.values()
        for name in ([taken] if isinstance(taken, str) else taken)
    ]


def described(format: str, columns: Mapping[str, str | list[str]], unused: Sequence[str]) -> str:
    """How a file was read, in words."""
    taken = ", ".join(
        f"{role} from {' + '.join(f'“{name}”' for name in columns_of({role: columns[role]}))}"
        for role in NAMES  # Postgres has its own order
        if role in columns
    )
    convention = name_of(columns)
    whose = f" as in {convention}" if convention else ""
    return f"{format}{whose}: {taken}" + (f"; not used: {listed(unused)}" if unused else "")


def _check_given(given: Columns, names: Sequence[str]) -> None:
    taken = columns_of(given)
    for column in taken:
        if column not in names and column.split(".")[0] not in names:
            raise wrong(
                f"The mapping names the column {short(column)}, which the file has not."
                f" The columns are: {listed(names)}."
            )
        if taken.count(column) > 1:
            raise wrong(
                f"The mapping names the column {short(column)} twice: one column has one meaning."
                f" The columns are: {listed(names)}."
            )
    if given.keys() & APART and given.keys() & CHOSEN:
        raise wrong(
            "The mapping has both correct and incorrect answers, and options or an answer:"
            " keep one of the two."
        )


def _recognised(
    names: Sequence[str], mapping: Mapping[str, Any], sample: Sequence[Mapping[str, Any]]
) -> Columns:
    """Roles and columns by their names. Raises FileRefused for two columns of one name."""
    tops, inner = _parted(names)
    found: Columns = {}
    for role in _ORDER:
        free = [
            name
            for name in tops
            if (name not in columns_of(found) or role in APART) and _may_be(role, name, found, tops)
        ]
        several = _numbered(free, role) if role in NUMBERED else []
        named = _named(free, role, mapping, sample)
        if role == "passage" and named:
            found[role] = named if len(named) > 1 else named[0]
        elif named:
            found[role] = named[0]
        elif len(several) >= (2 if role == "options" else 1):
            found[role] = several
        elif role in INSIDE and (path := _inside(inner, role, found, sample)):
            found[role] = path
    return found


def _may_be(role: str, name: str, found: Columns, names: Sequence[str]) -> bool:
    """Some names mean one thing beside others, and another without them."""
    if role == "answer_index" and plain(name) == "label":
        return "options" in found
    if role == "options" and plain(name) == "answers":  # the right ones, but beside an index
        return not {plain(other) for other in names}.isdisjoint(map(plain, NAMES["answer_index"]))
    return True


def _named(
    names: Sequence[str], role: str, mapping: Mapping[str, Any], sample: Sequence[Mapping[str, Any]]
) -> list[str]:
    """Columns that go by a role's names and hold what it needs: the surest, of passages all."""
    found = []
    for alias in map(plain, NAMES[role]):
        same = [name for name in names if plain(name) == alias]
        if len(same) > 1 and role not in mapping:
            raise FileRefused(
                f"The columns {' and '.join(map(short, same))} are both taken for the {role}:"
                " keep one of them."
            )
        if same and fits(role, [row.get(same[0]) for row in sample]):
            found.append(same[0])
            if role != "passage":
                break
    return [name for name in names if name in found]


def _inside(
    inner: Sequence[tuple[str, str]],
    role: str,
    found: Columns,
    sample: Sequence[Mapping[str, Any]],
) -> str:
    """A member of an object that goes by a role's names; empty for none."""
    used = columns_of(found)
    for alias in map(plain, INSIDE[role]):
        for root, path in inner:
            if plain(path[len(root) + 1 :]) != alias or root in used or path in used:
                continue
            of_passage = plain(root) in map(plain, NAMES["passage"])
            if (role != "passage" or of_passage) and fits(role, [row.get(path) for row in sample]):
                return path
    return ""


def _parted(names: Sequence[str]) -> tuple[list[str], list[tuple[str, str]]]:
    """Columns of the file, and the members of their objects with the column each lies in."""
    there = set(names)
    tops, inner = [], []
    for name in names:
        roots = [name[:at] for at, sign in enumerate(name) if sign == "." and name[:at] in there]
        if roots:
            inner.append((roots[-1], name))
        else:
            tops.append(name)
    return tops, inner


def _numbered(names: Sequence[str], role: str) -> list[str]:
    """Columns of one kind that are lettered from a on, or numbered from 0 or 1."""
    kinds: dict[str, dict[str, str]] = {}
    for name in names:
        if found := NUMBERED[role].fullmatch(name.strip().lower()):
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


def _by_place(names: Sequence[str], sample: Sequence[Mapping[str, Any]]) -> Columns:
    """What columns without names hold: first the question, last the answer, options between."""
    cells = {name: [str(row.get(name) or "").strip() for row in sample] for name in names}
    if len(names) > 2 and all(cell.isdigit() for cell in cells[names[0]]):
        return {"id": names[0], **_by_place(names[1:], sample)}
    if len(names) == 2:
        return {"question": names[0], "answer": names[1]}
    options = list(names[1:-1])
    told = {*ascii_lowercase[: len(options)], *map(str, range(len(options) + 1))}
    for place, answer in enumerate(cells[names[-1]]):
        texts = {cells[name][place].casefold() for name in options}
        if answer.casefold() not in told | texts:
            return {}
    return (
        {"question": names[0], "options": options, "answer": names[-1]} if len(options) > 1 else {}
    )


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


def _check_whole(found: Columns, table: Table) -> None:
    if "question" not in found:
        aliases = ", ".join(NAMES["question"][1:6])
        hint = (
            "The file has no header, and what its columns hold cannot be told: say which is the"
            ' question, such as {"question": "column 1", "answer": "column 2"}.'
            if table.is_headless
            else f"No column holds the questions: call one 'question' (or {aliases}, …), or say"
            " which column it is."
        )
        raise FileRefused(f"{hint} The columns are: {listed(table.names)}.")
    if len(found.keys() & APART) == 1:
        raise wrong("Correct and incorrect answers belong together: map both.")
    if "right" in found and found.keys() & {"answer", "answer_index"}:
        raise wrong("The mapping has both an answer and which rows are right: keep one of the two.")

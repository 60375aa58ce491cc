"""Which format a file has, by its content: names and endings are often wrong."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from webapp.files.archives import refuse_gzip, refuse_zip
from webapp.files.delimited import Delimited
from webapp.files.errors import FileRefused
from webapp.files.inspect_logs import InspectEval, InspectJson, is_inspect_eval, is_inspect_json
from webapp.files.json.nested import Nested
from webapp.files.json.tables import open_json
from webapp.files.limits import Limits
from webapp.files.parquet import Parquet
from webapp.files.tables import How, Table
from webapp.files.text import check_text, first_character


@dataclass(frozen=True)
class Format:
    """A format that files may have, and how one is told from the others."""

    name: str
    suffixes: tuple[str, ...]  # of its files, where they are chosen
    open: Callable[[Path, Limits, How], Table]
    magic: bytes = b""  # what its files begin with, if they are no text
    first: str = ""  # the characters one of which its texts begin with; blank: any other


FORMATS = (
    Format("CSV", (".csv", ".tsv", ".txt"), Delimited),
    Format("JSON", (".json",), open_json, first="[{"),
    Format("JSONL", (".jsonl",), open_json, first="{"),
    Format("Parquet", (".parquet",), Parquet, magic=b"PAR1"),
)
LOGS = (".eval",)  # of Inspect: rows too, told by what is in them
ACCEPTED = ",".join([*(suffix for format in FORMATS for suffix in format.suffixes), *LOGS])
*_OTHER_NAMES, _LAST_NAME = [format.name for format in FORMATS]
FORMAT_NAMES = f"{', '.join(_OTHER_NAMES)} or {_LAST_NAME}"

# What files of other kinds begin with.
OTHERS = {
    b"PK": "a zip archive or spreadsheet (xlsx)",
    b"BZh": "a bzip2 archive",
    b"\xfd7zXZ\x00": "an xz archive",
    b"\x28\xb5\x2f\xfd": "a zstd archive",
    b"7z\xbc\xaf\x27\x1c": "a 7z archive",
    b"\x89HDF": "an HDF5 file",
    b"\x93NUMPY": "a NumPy file",
    b"%PDF": "a PDF",
    b"PARE": "an encrypted Parquet file",
    b"ARROW1": "an Arrow file",
    b"FEA1": "a Feather file",
    b"ORC": "an ORC file",
    b"SQLite format 3\x00": "an SQLite database",
    b"\xd0\xcf\x11\xe0": "an old Excel or Word file",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"\xff\xfe": "UTF-16 text",
    b"\xfe\xff": "UTF-16 text",
    b"version https://git-lfs": "only the pointer to a file that is kept with Git LFS",
    b"<!DOCTYPE": "a web page, perhaps instead of a download,",
    b"<html": "a web page, perhaps instead of a download,",
    **{b"\x80" + bytes([protocol]): "a Python pickle" for protocol in range(1, 6)},
}


def open_table(path: Path, limits: Limits, how: How) -> Table:
    """The table in a file, whose cells can also be named by a path. Raises FileRefused."""
    return Nested(_opened(path, limits, how))


def _opened(path: Path, limits: Limits, how: How) -> Table:
    with path.open("rb") as file:
        begin = file.read(64)
    if begin.startswith(b"PK"):
        if is_inspect_eval(path):
            return InspectEval(path, limits)
        refuse_zip(path)
    if begin.startswith(b"\x1f\x8b"):
        refuse_gzip(path)
    for magic, what in OTHERS.items():
        if begin.startswith(magic):
            raise FileRefused(f"This is {what}: save the table as {FORMAT_NAMES} (text as UTF-8).")
    for format in FORMATS:
        if format.magic and begin.startswith(format.magic):
            return format.open(path, limits, how)
    check_text(path)
    if is_inspect_json(path):
        return InspectJson(path, limits)
    first = first_character(path)
    if not first:
        raise FileRefused("The file is empty: choose a file with questions.")
    texts = [format for format in FORMATS if not format.magic]
    told = [format for format in texts if first in format.first] or [
        format for format in texts if not format.first
    ]
    return told[0].open(path, limits, how)

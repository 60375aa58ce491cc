"""Files that are broken, or made to break something: name → (content, what the refusal says).

Content is bytes, or a function that makes them. Every one is refused, with the regular expression
in the message, within seconds, and leaves nothing behind.
"""

import gzip
import io
import json
import pickle
import zipfile
from collections.abc import Callable

import pyarrow

from tests.files import parquets

Content = bytes | Callable[[], bytes]

DEEP = b"[" * 100_000
CELL = "q" * 60_000_000
DAMAGED = "Parquet file cannot be read .*export it again"


def made(content: Content) -> bytes:
    """The bytes; small ones that take long to make are kept."""
    if isinstance(content, bytes):
        return content
    found = _kept.get(content) or content()
    if len(found) < 2**23:
        _kept[content] = found
    return found


_kept: dict[Callable[[], bytes], bytes] = {}


def _zip(*names: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name in names:
            archive.writestr(name, "question\nq")
    return file.getvalue()


def _with_footer(change: Callable[[bytes], bytes]) -> bytes:
    data, footer = parquets.split(parquets.questions(100))
    return parquets.joined(data, change(footer))


def _columns_twice() -> bytes:
    array = pyarrow.array(["a"])
    return parquets.as_parquet(pyarrow.Table.from_arrays([array] * 3, ["question", "x", "x"]))


TEXTS: dict[str, tuple[Content, str]] = {
    "empty": (b"", "is empty"),
    "only a BOM": (b"\xef\xbb\xbf", "is empty"),
    "white space": (b" \n\t\n", "is empty"),
    "NUL": (b"question\na\nb\0", "Line 3 holds a NUL byte"),
    "only NULs": (bytes(1000), "Line 1 holds a NUL byte"),
    "NUL far down": (b"question\n" + b"a\n" * 1_000_000 + b"\0", "Line 1000002 holds a NUL byte"),
    "latin-1": ("question\nfünf".encode("latin-1"), "Line 2 is not UTF-8"),
    "cut in a character": ("question\nfün".encode()[:-2], "Line 2 is not UTF-8"),
    "utf-16": ("question\nq".encode("utf-16"), "UTF-16 text"),
    "utf-16 without BOM": ("question\nq".encode("utf-16-le"), "Line 1 holds a NUL byte"),
    "truncated list": (b'[{"question": "a"}, {"question": "b', "line 1, .*cut off"),
    "truncated after a row": (b'[{"question": "a"},\n', "line 2, .*cut off"),
    "truncated data": (b'{"data": [{"question": "a"}', "cut off"),
    "truncated JSONL": (b'{"question": "a"}\n{"question": "b', "in line 2 .*cut off"),
    "broken JSONL": (b'{"question": "a"}\n{question: b}\n{"question": "c"}', "in line 2"),
    "broken JSON": (b'[{"question": "a"},\n{"question" "b"}]', "line 2, column 13"),
    "two values": (b'[{"question": "a"}] [1]', "Extra data"),
    "two data": (b'{"data": [{"question": "a"}], "data": []}', '"data" twice'),
    "deep list": (DEEP, "nested too deeply"),
    "deep object": (b'{"a":' * 100_000, "nested too deeply"),
    "deep data": (b'{"data": [' + DEEP, "nested too deeply"),
    "deep cell": (b'[{"question": "a", "x": ' + DEEP + b"}]", "nested too deeply"),
    "deep row": (b'{"question": "a"}\n{"question":' + DEEP, "in line 2 is nested"),
    "deep options in a CSV": (b'question,options\na,"' + DEEP + b'"', "Row 1: .*no JSON list"),
    "no question column": (b"text,answer\na,b", "No column holds the questions.*'text', 'answer'"),
    "no rows": (b"question,answer\n\n", "no rows"),
    "only commas": (b",", "no rows"),
    "no list": (b'{"data": {}, "a": 1}', "No column holds"),
    "empty list": (b"[]", "no rows"),
    "numbers": (b"[1, 2]", "No column holds"),
    "a number": (b"123", "no rows"),
    "same column twice": (b"question,answer,answer\na,b,c", "'answer' is there twice"),
    "same key twice": (b'[{"question": "a"}, {"answer": 1, "answer": 2}]', "Row 2 has 'answer' tw"),
    "same role twice": (b"question,Question\na,b", "'question' and 'Question' are both"),
    "same id twice": (b'{"id": 1, "question": "a"}\n{"id": 1, "question": "b"}', "Row 2: The id"),
    "half a surrogate": (b'[{"question": "a", "x\\ud800": 1}]', "half a surrogate"),
    "open quote": (b'question,answer\n"a,b\n', "CSV cannot be read in line 2"),
    "text after a quote": (b'question,answer\n"a"b,c\n', "in line 2"),
    "no good row": (b"question,answer\n,1\n", "Row 1: The question is empty"),
    "a bad row": (b"question,answer\nq,1\n,2\n", "1 of the 2 rows .* Row 2: The question is empty"),
}  # fmt: skip

OTHERS: dict[str, tuple[Content, str]] = {
    "zip": (lambda: _zip("questions.csv"), "zip archive"),
    "xlsx": (lambda: _zip("[Content_Types].xml", "xl/workbook.xml"), r"spreadsheet \(xlsx\)"),
    "gzip": (lambda: gzip.compress(b"question\nq"), "gzip archive"),
    "pickle": (lambda: pickle.dumps([{"question": "q"}]), "Python pickle"),
    "old pickle": (lambda: pickle.dumps([{"question": "q"}], 0), "No column holds|cannot be taken"),
    "HDF5": (b"\x89HDF\r\n\x1a\n" + bytes(100), "HDF5"),
    "PDF": (b"%PDF-1.7\n", "a PDF"),
    "web page": (b"<!DOCTYPE html><html></html>", "a web page"),
    "LFS pointer": (b"version https://git-lfs.github.com/spec/v1\noid sha256:00", "Git LFS"),
}  # fmt: skip

LARGE: dict[str, tuple[Content, str]] = {
    "60 MB cell in a CSV": (
        lambda: f"question\ngood\n{CELL}\n".encode(),
        "Row 2: A cell .*1,024 KB",
    ),
    "60 MB cell in quotes": (
        lambda: b'question\n"' + b"line\n" * 12_000_000 + b'"\ngood\n',
        "Row 1: A cell .*1,024 KB",
    ),
    "60 MB cell in a JSON": (
        lambda: json.dumps([{"question": "good"}, {"question": CELL}]).encode(),
        "Row 2: A cell in the column 'question' has more than 1,024 KB",
    ),
    "60 MB cell in a JSONL": (
        lambda: b'{"question": "good"}\n' + json.dumps({"question": CELL}).encode(),
        "Row 2: Line 2 has more than 16 MB",
    ),
    "60 MB cell in a Parquet": (
        lambda: parquets.as_parquet([{"question": "good"}, {"question": CELL}]),
        "Row 2: A cell in the column 'question' has more than 1,024 KB",
    ),
    "a million keys": (
        lambda: json.dumps([dict.fromkeys(map(str, range(10**6)), 0)]).encode(),
        "has 1,000,000 columns; 1,000 are allowed",
    ),
    "300,000 columns": (
        lambda: ",".join(map(str, range(300_000))).encode() + b"\nq",
        "has 300,000 columns; 1,000 are allowed",
    ),
    "a long name": (b"q" * 100_000 + b"\nq", "has 100,000 characters"),
    "a million and one rows": (
        lambda: b'{"question":"q"}\n' * 1_000_001,
        "more than 1,000,000 rows",
    ),
    "blank lines": (lambda: b"question\n" + b"\n" * 50_000_000, "more than 1,000,000 rows"),
}  # fmt: skip

PARQUETS: dict[str, tuple[Content, str]] = {
    "only a magic number": (b"PAR1", DAMAGED),
    "no footer": (b"PAR1" + bytes(100) + b"PAR1", DAMAGED),
    "truncated Parquet": (lambda: parquets.questions(100)[:-20], DAMAGED),
    "a footer beyond the file": (
        lambda: parquets.questions(100)[:-8] + b"\xff\xff\xff\x7fPAR1",
        DAMAGED,
    ),
    "a negative footer": (lambda: parquets.questions(100)[:-8] + b"\xff\xff\xff\xffPAR1", DAMAGED),
    "garbage as footer": (lambda: _with_footer(lambda footer: b"\x1c" * len(footer)), DAMAGED),
    "half a footer": (lambda: _with_footer(lambda footer: footer[: len(footer) // 2]), DAMAGED),
    "another file's footer": (
        lambda: parquets.joined(
            parquets.split(parquets.questions(10))[0], parquets.split(parquets.questions(60_000))[1]
        ),
        DAMAGED,
    ),
    "fewer rows than told": (
        lambda: parquets.with_counts(parquets.questions(54_321), 54_321, 64_320),
        "says that it has 64,320 rows, but 54,321 can be read",
    ),
    "more rows than told": (
        lambda: parquets.with_row_count(parquets.questions(54_321), 54_321, 54_320),
        "says that it has 54,320 rows, but 54,321 can be read",
    ),
    "a column twice in a Parquet": (_columns_twice, "'x' is there twice"),
    "binary questions": (
        lambda: parquets.as_parquet([{"question": b"\xff\x00"}]),
        "Row 1: The cell in the column 'question' is binary",
    ),
    "encrypted Parquet": (b"PARE" + bytes(100), "encrypted Parquet"),
    "19 GB of good rows": (
        lambda: parquets.repeated("q" * 19_000, 1_000_000),
        "more than 1,000 MB when they are unpacked",
    ),
    "1 TB of bad rows": (
        lambda: parquets.repeated("q" * 1_000_000, 1_000_000),
        "more than 1,000 MB when they are unpacked",
    ),
    "one cell of 200 MB, many times": (
        lambda: parquets.repeated("q" * 200_000_000, 100),
        "more than 2,048 MB of memory",
    ),
    "2^31 nulls": (lambda: parquets.nulls(2**31), "more than 1,000,000 rows"),
}  # fmt: skip

CORPUS = TEXTS | OTHERS | LARGE | PARQUETS

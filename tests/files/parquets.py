"""Parquet files for tests, whole and forged."""

import io
from typing import Any

import pyarrow
from pyarrow import parquet

MAGIC = b"PAR1"


def as_parquet(rows: list[dict[str, Any]] | pyarrow.Table, **options: Any) -> bytes:
    table = pyarrow.Table.from_pylist(rows) if isinstance(rows, list) else rows
    file = io.BytesIO()
    parquet.write_table(table, file, **options)
    return file.getvalue()


def questions(count: int) -> bytes:
    return as_parquet([{"question": f"How many is {n}?", "answer": n} for n in range(count)])


def split(content: bytes) -> tuple[bytes, bytes]:
    """Data and footer; what stands after the footer is left out."""
    size = int.from_bytes(content[-8:-4], "little")
    return content[: -8 - size], content[-8 - size : -8]


def joined(data: bytes, footer: bytes) -> bytes:
    return data + footer + len(footer).to_bytes(4, "little") + MAGIC


def with_row_count(content: bytes, rows: int, forged: int) -> bytes:
    """The same data under a footer that tells of more or fewer rows; not of another size."""
    data, footer = split(content)
    assert len(_varint(rows)) == len(_varint(forged))
    assert _varint(rows) in footer
    return joined(data, footer.replace(_varint(rows), _varint(forged), 1))


def with_counts(content: bytes, rows: int, forged: int) -> bytes:
    """Forged in row groups and column chunks too."""
    data, footer = split(content)
    assert footer.count(_varint(rows)) >= 3
    return joined(data, footer.replace(_varint(rows), _varint(forged)))


def repeated(text: str, rows: int) -> bytes:
    """A small file that holds one text very often."""
    indices = pyarrow.repeat(0, rows).cast(pyarrow.int32())
    array = pyarrow.DictionaryArray.from_arrays(indices, pyarrow.array([text]))
    return as_parquet(pyarrow.table({"question": array}), compression="zstd")


def nulls(rows: int) -> bytes:
    return as_parquet(pyarrow.table({"question": pyarrow.nulls(rows)}))


def _varint(number: int) -> bytes:
    """A number as Thrift's compact protocol writes it."""
    number <<= 1
    found = bytearray()
    while number > 127:
        found.append(number & 127 | 128)
        number >>= 7
    return bytes([*found, number])

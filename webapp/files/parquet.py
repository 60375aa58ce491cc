"""Parquet, batch by batch. Whatever Arrow says of a damaged file, the file is refused."""

import math
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import repeat
from pathlib import Path
from typing import Any

from webapp.files.errors import FileRefused, RowRefused, short
from webapp.files.limits import Limits
from webapp.files.tables import How, Row, Written, check_names, first_rows, picked

BATCH = 128  # rows held at once; each may have cells of megabytes


class Parquet:
    """A Parquet file. Only the wanted columns are read."""

    format = "Parquet"
    is_headless = False
    counts_from: int | None = None

    def __init__(self, path: Path, limits: Limits, how: How) -> None:
        self._path = path
        self._limits = limits
        self.notes: list[str] = []
        with _refusing():
            file = self._open()
            self.names: list[str] = list(file.schema_arrow.names)
            self._texts = [field.name for field in file.schema_arrow if not _is_binary(field.type)]
            self._count: int = file.metadata.num_rows
        if self._count > limits.rows:
            raise FileRefused(limits.too_many_rows())
        check_names(self.names)

    def rows(self, wanted: Collection[str]) -> Iterator[Row]:
        count = 0
        unpacked = 0  # bytes
        for batch in self._batches(wanted):
            dense = {name: _dense(batch.column(name)) for name in wanted}
            unpacked += sum(column.nbytes for column in dense.values())
            if unpacked > self._limits.output:
                raise FileRefused(self._limits.unpacks_to_too_much())
            cells = {name: _values(column) for name, column in dense.items()}
            columns = zip(*cells.values(), strict=True) if cells else repeat((), batch.num_rows)
            for values in columns:
                count += 1
                yield self._row(dict(zip(cells, values, strict=True)), wanted)
        if count != self._count:
            raise FileRefused(
                f"The file says that it has {self._count:,} rows, but {count:,} can be read:"
                " it is damaged, export it again."
            )

    def sample(self) -> list[dict[str, Any]]:
        return first_rows(self, self._texts)

    def _row(self, cells: dict[str, Any], wanted: Collection[str]) -> Row:
        for name, value in cells.items():
            if isinstance(value, RowRefused):
                return f"The cell in the column {short(name)} {value}"
        return picked(cells, wanted, self._limits)

    def _batches(self, wanted: Collection[str]) -> Iterator[Any]:
        with _refusing():
            batches = self._open().iter_batches(BATCH, columns=list(wanted), use_threads=False)
        while True:
            with _refusing():
                batch = next(batches, None)
            if batch is None:
                return
            yield batch

    def _open(self) -> Any:
        import pyarrow  # here, because other formats need not wait for it
        import pyarrow.parquet

        pyarrow.set_cpu_count(1)  # threads take address space, which is limited
        pyarrow.set_io_thread_count(1)
        return pyarrow.parquet.ParquetFile(self._path, pre_buffer=False)


@contextmanager
def _refusing() -> Iterator[None]:
    """Arrow's errors over a file, which are of many kinds, as FileRefused."""
    try:
        yield
    except MemoryError:
        raise
    except Exception as error:
        reason = "".join(c if c.isprintable() else " " for c in str(error)[:200]).strip()
        raise FileRefused(
            f"The Parquet file cannot be read ({reason.rstrip('.')}): it is damaged or cut off,"
            " export it again."
        ) from error


def _is_binary(type_: Any) -> bool:
    """Whether a column holds bytes, such as those of pictures, alone or beside other things."""
    import pyarrow

    inner = [type_.field(place).type for place in range(type_.num_fields)]
    is_bytes = pyarrow.types.is_binary(type_) or pyarrow.types.is_large_binary(type_)
    return is_bytes or any(map(_is_binary, inner))


def _dense(column: Any) -> Any:
    """A column without its dictionary, so that each text counts as often as it is there."""
    return column.dictionary_decode() if hasattr(column, "dictionary") else column


def _values(column: Any) -> Iterator[Any]:
    """A column's cells as Table has them; RowRefused in place of one that is no text."""
    convert = _converter(column.type)
    for scalar in column:
        try:
            yield convert(scalar.as_py())
        except RowRefused as error:
            yield error
        except (ValueError, OverflowError, RecursionError):  # bad UTF-8, the year 10,000
            yield RowRefused("holds a value that cannot be read: give text.")


def _converter(type_: Any) -> Callable[[Any], Any]:
    import pyarrow

    if pyarrow.types.is_string(type_) or pyarrow.types.is_large_string(type_):
        return lambda value: value  # most columns, and none of its texts needs a closer look
    if pyarrow.types.is_float32(type_):
        import numpy

        return lambda value: value if value is None else _plain(float(str(numpy.float32(value))))
    return _plain


def _plain(value: Any) -> Any:
    """A value of Arrow's as text, number, list or dictionary. Raises RowRefused."""
    match value:
        case None | bool() | str():
            return value
        case int() | Decimal():
            return Written(value)
        case float() if math.isnan(value):
            return None
        case float():
            # pandas writes whole numbers as floats where some are missing
            return Written(int(value) if value.is_integer() else value)
        case datetime() | date() | time():
            missing = str(value) == "NaT"
            return None if missing else value.isoformat()
        case timedelta():
            return str(value)
        case list() | tuple():
            return [_plain(inner) for inner in value]
        case dict():
            return {str(key): _plain(inner) for key, inner in value.items()}
        case bytes():
            raise RowRefused("is binary: give text.")
        case _:
            raise RowRefused(f"is of the kind {type(value).__name__}: give text.")

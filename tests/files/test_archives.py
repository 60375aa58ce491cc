"""Archives are not unpacked: what they are, and what to do, is said."""

import gzip
import io
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest

from tests.files.loading import LIMITS
from webapp.files.errors import FileRefused
from webapp.files.formats import open_table
from webapp.files.tables import How


def zipped(folder: Path, *names: str) -> Path:
    path = folder / "file"
    with ZipFile(path, "w") as archive:
        for name in names:
            archive.writestr(name, "{}")
    return path


@pytest.mark.parametrize(
    ("names", "message"),
    [
        (["samples.jsonl"], "a zip archive of 1 file ('samples.jsonl'): unpack it"),
        (["a.csv", "b.csv"], "a zip archive of 2 files ('a.csv', 'b.csv')"),
        (["xl/workbook.xml"], "a spreadsheet (xlsx): save its sheet as CSV"),
        (["word/document.xml"], "a Word file"),
    ],
)
def test_a_zip_says_what_it_holds(tmp_path: Path, names: list[str], message: str) -> None:
    with pytest.raises(FileRefused) as refused:
        open_table(zipped(tmp_path, *names), LIMITS, How())
    assert message in str(refused.value)


def test_a_gzip_names_the_file_that_it_holds(tmp_path: Path) -> None:
    path = tmp_path / "file"
    packed = io.BytesIO()
    with gzip.GzipFile("samples.jsonl", "wb", fileobj=packed) as file:
        file.write(b"{}")
    path.write_bytes(packed.getvalue())
    with pytest.raises(FileRefused, match=r"gzip archive of 'samples\.jsonl': unpack it"):
        open_table(path, LIMITS, How())
    path.write_bytes(gzip.compress(b"{}"))
    with pytest.raises(FileRefused, match="gzip archive: unpack it"):
        open_table(path, LIMITS, How())


def test_an_eval_log_says_what_reads_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "inspect_ai.log", None)
    with pytest.raises(
        FileRefused, match=r"an \.eval log of Inspect, and the package that reads it"
    ):
        open_table(zipped(tmp_path, "header.json"), LIMITS, How())


def test_a_damaged_eval_log_is_refused(tmp_path: Path) -> None:
    pytest.importorskip("inspect_ai", reason="needs the extra `inspect`")
    with pytest.raises(FileRefused, match="inspect_ai cannot read this"):
        list(open_table(zipped(tmp_path, "header.json"), LIMITS, How()).rows(["id"]))

"""What is in an archive, for a message that says what to do with it: nothing is unpacked here."""

from pathlib import Path
from zipfile import BadZipFile, ZipFile

from webapp.files.errors import FileRefused, listed

SHOWN = 5  # names of files


def refuse_zip(path: Path) -> None:
    """Raises FileRefused with what a zip archive holds; returns for a damaged one."""
    try:
        with ZipFile(path) as archive:
            names = [name for name in archive.namelist() if not name.endswith("/")]
    except (BadZipFile, OSError, ValueError):
        return
    if any(name.startswith("xl/") for name in names):
        raise FileRefused("This is a spreadsheet (xlsx): save its sheet as CSV (text as UTF-8).")
    if any(name.startswith("word/") for name in names):
        raise FileRefused("This is a Word file: save its table as CSV (text as UTF-8).")
    raise FileRefused(
        f"This is a zip archive of {len(names):,} file{'' if len(names) == 1 else 's'}"
        f" ({listed(names, SHOWN)}): unpack it and choose the file with the rows."
    )


def refuse_gzip(path: Path) -> None:
    """Raises FileRefused with the name of the file that was packed, if it was kept."""
    with path.open("rb") as file:
        begin = file.read(1024)
    name = ""
    if len(begin) > 10 and begin[3] & 8 and not begin[3] & 4:
        name = begin[10:].split(b"\0", 1)[0].decode("latin-1")
    of = f" of {listed([name])}" if name else ""
    raise FileRefused(
        f"This is a gzip archive{of}: unpack it (gunzip) and choose the file that it holds."
    )

"""What holds for every text file: UTF-8 without NUL bytes."""

import codecs
from pathlib import Path

from webapp.files.errors import FileRefused

BOM = codecs.BOM_UTF8
PIECE = 2**20  # bytes


def check_text(path: Path) -> None:
    """Raises FileRefused with the line of the first byte that no UTF-8 text has."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    lines = 0
    with path.open("rb") as file:
        while True:
            piece = file.read(PIECE)
            if (nul := piece.find(b"\0")) >= 0:
                line = lines + piece[:nul].count(b"\n") + 1
                raise FileRefused(
                    f"Line {line} holds a NUL byte, which no text has: save the file as UTF-8 text."
                )
            try:
                decoder.decode(piece, final=not piece)
            except UnicodeDecodeError as error:
                # What is decoded begins with what the piece before left over: less than a line end.
                line = lines + error.object[: error.start].count(b"\n") + 1
                raise FileRefused(
                    f"Line {line} is not UTF-8: save the file as UTF-8 text."
                ) from None
            if not piece:
                return
            lines += piece.count(b"\n")


def first_character(path: Path) -> str:
    """The first one that is no white space; empty for a file without any."""
    with path.open(encoding="utf-8-sig") as file:
        while piece := file.read(PIECE):
            if text := piece.lstrip():
                return text[0]
    return ""

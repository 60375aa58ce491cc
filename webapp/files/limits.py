"""How large a file may be, and what reading it may take."""

import resource
from dataclasses import dataclass

from webapp.confined import limit

MB = 2**20
MOST_COLUMNS = 1_000
LONGEST_NAME = 500  # characters of a column's name
ROW_CELLS = 16  # a JSON row may be as long as this many of the largest cells


@dataclass(frozen=True)
class Limits:
    """All from settings. `memory` is address space, which is more than the memory in use."""

    file: int  # bytes
    rows: int
    cell: int  # characters
    memory: int  # bytes
    seconds: int  # of CPU time in the child, and by the parent's clock
    output: int  # bytes that the child may write to one file

    @property
    def row(self) -> int:
        """Bytes of a row of JSON."""
        return self.cell * ROW_CELLS

    def apply(self) -> None:
        """Bind this process to them, for good."""
        limit(resource.RLIMIT_AS, self.memory)
        limit(resource.RLIMIT_CPU, self.seconds, self.seconds + 1)  # says why before it kills
        limit(resource.RLIMIT_FSIZE, self.output)
        limit(resource.RLIMIT_CORE, 0)

    def too_many_rows(self) -> str:
        return f"The file has more than {self.rows:,} rows: {raised('SKILLMOE_UPLOAD_ROWS')}"

    def too_large_a_cell(self, column: str = "") -> str:
        where = f" in the column {column}" if column else ""
        return f"A cell{where} has more than {self.cell // 1024:,} KB: shorten it."

    def unpacks_to_too_much(self) -> str:
        return f"The rows take more than {self.output / MB:,g} MB when they are unpacked: split it."

    def out_of_memory(self) -> str:
        return (
            f"Reading the file takes more than {self.memory / MB:,g} MB of memory:"
            f" {raised('SKILLMOE_READING_MEMORY_MB')}"
        )


def raised(setting: str) -> str:
    """What to do about a limit."""
    return f"split it, or ask whoever runs the product to raise {setting}."

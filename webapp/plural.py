"""Numbers with their noun, and names in a row: 1,047 responses; ann, ben and kim."""

from collections.abc import Sequence


def counted(n: int, one: str, many: str = "") -> str:
    """`many` where it is not `one` with an s."""
    return f"{n:,} {one if n == 1 else many or one + 's'}"


def listed(names: Sequence[str]) -> str:
    *most, last = names
    return f"{', '.join(most)} and {last}" if most else last

"""Numbers with their noun: 1 response, 1,047 responses."""


def counted(n: int, one: str, many: str = "") -> str:
    """`many` where it is not `one` with an s."""
    return f"{n:,} {one if n == 1 else many or one + 's'}"

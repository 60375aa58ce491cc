"""Whether a text contains another one, in whole words and numbers."""

from moe_core.answers.spelling import plain

# Scripts that follow these write words without spaces, or with endings joined to them.
_FIRST_UNSPACED = "\u0e00"  # Thai


def contains(text: str, part: str) -> bool:
    """Apart from capitals, spaces and typographic signs: 7 is neither in 17 nor in 7.5."""
    whole, wanted = _spelled(text), _spelled(part)
    if not wanted:
        return False
    place = whole.find(wanted)
    while place >= 0:
        end = place + len(wanted)
        if not _joined(whole[max(0, place - 2) : place][::-1], wanted[0]) and not _joined(
            whole[end : end + 2], wanted[-1]
        ):
            return True
        place = whole.find(wanted, place + 1)
    return False


def _spelled(text: str) -> str:
    return " ".join(plain(text).casefold().split())


def _joined(beside: str, edge: str) -> bool:
    """Whether what stands beside a match, the nearest sign first, goes on with its word."""
    near = beside[:1]
    if edge.isdigit():
        is_decimal = near in (".", ",") and beside[1:2].isdigit() and near != ""
        return near.isalnum() or near == "_" or is_decimal
    return edge.isalnum() and near.isalnum() and edge < _FIRST_UNSPACED

"""How much of the cache of keys and values a sequence takes: vLLM 0.32's arithmetic.

Layers that keep the same make a class; classes are cut into groups of equally many layers, and a
block holds the same bytes in each group (v1/core/kv_cache_utils.py, v1/kv_cache_interface.py).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

from webapp.experts.memory.configs import Kind, Layers

STATES = 2  # blocks of a state layer and sequence, with the cache of common beginnings switched on


@dataclass(frozen=True)
class Rules:
    """How an engine lays its cache out."""

    width: int = 2  # bytes of an element
    block: int = 16  # tokens
    gpus: int = 1  # over which heads and states are spread
    in_flight: int = 16_384  # tokens under way at once, which a window keeps besides its own


def token_bytes(layers: Sequence[Layers], rules: Rules) -> int:
    """Of one more token, on one GPU, while no window is full."""
    return sum(own.count * _token(own, rules) for own in layers)


def request_bytes(layers: Sequence[Layers], tokens: int, rules: Rules) -> int:
    """Of one sequence of so many tokens, on one GPU."""
    if not layers:
        return 0
    size = group_size(layers)
    groups = sum(
        ceil(own.count / size) * _blocks(own, tokens, _tokens_of_a_block(own, layers, rules), rules)
        for own in layers
    )
    return groups * block_bytes(layers, rules)


def block_bytes(layers: Sequence[Layers], rules: Rules) -> int:
    """One block of one group. The engine keeps one back for itself."""
    return group_size(layers) * page_bytes(layers, rules) if layers else 0


def longest(layers: Sequence[Layers], most: int, room: int, rules: Rules) -> int:
    """Tokens of the longest sequence, at most `most`, that `room` bytes hold; 0: not even one.

    As `_estimate_max_model_len_from_groups`, by which vLLM fits max_model_len=-1 to the memory.
    """
    room -= block_bytes(layers, rules)
    low, high = 0, most
    while low < high:
        middle = (low + high + 1) // 2
        if request_bytes(layers, middle, rules) <= room:
            low = middle
        else:
            high = middle - 1
    return low if room >= 0 else 0


def group_size(layers: Sequence[Layers]) -> int:
    """Layers of a group: as many as the smallest class has, or the largest if that is near."""
    counts = [own.count for own in layers]
    return max(counts) if max(counts) < 1.5 * min(counts) else min(counts)


def _token(own: Layers, rules: Rules) -> int:
    """Bytes of a token in one layer; every GPU has one head at least."""
    heads = max(1, own.heads // rules.gpus) if own.heads else 1
    return heads * own.width * rules.width


def block_tokens(layers: Sequence[Layers], rules: Rules) -> int:
    """Tokens of a full layer's block: as many as make it no smaller than a state
    (platforms/interface.py).
    """
    states = [own.state // rules.gpus for own in layers if own.kind is Kind.STATE]
    full = [_token(own, rules) for own in layers if own.kind is not Kind.STATE]
    if not states or not full:
        return rules.block
    return rules.block * ceil(max(states) / (rules.block * max(full)))


def page_bytes(layers: Sequence[Layers], rules: Rules) -> int:
    """Bytes of a block in one layer: the largest of all kinds."""
    block = block_tokens(layers, rules)
    tokens = [block * _token(own, rules) for own in layers if own.kind is not Kind.STATE]
    return max([*tokens, *(own.state // rules.gpus for own in layers)])


def _tokens_of_a_block(own: Layers, layers: Sequence[Layers], rules: Rules) -> int:
    """A layer that needs less for a token puts more of them into a block, if they fill it."""
    block = block_tokens(layers, rules)
    if own.kind is Kind.STATE:
        return block
    page, mine = page_bytes(layers, rules), block * _token(own, rules)
    return block * (page // mine) if page % mine == 0 else block


def _blocks(own: Layers, tokens: int, block: int, rules: Rules) -> int:
    """A window may begin inside a block, which is why it takes one more."""
    if own.kind is Kind.STATE:
        return STATES
    if own.kind is Kind.SLIDING:
        return ceil(min(own.window - 1 + rules.in_flight, tokens) / block) + 1
    return ceil(tokens / block)

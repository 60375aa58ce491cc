"""What an expert may write for each purpose, and with which options of its chat template."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from moe_core.values import Purpose
from webapp.experts.models import Expert
from webapp.experts.thinking import is_known, is_off, think_little, thinks

ANNOTATION_TOKENS = 256
# A model that is told not to think may say a little before the list; one that cannot be told has to
# come to an end of it.
ANNOTATION_TOKENS_OF_THINKERS = 1_024
ANNOTATION_TOKENS_WITH_THINKING = 4_096
TRY_TOKENS = 512  # enough to see what an expert is like, and soon over
TRY_TOKENS_OF_THINKERS = 4_096


@dataclass(frozen=True)
class Budget:
    tokens: int  # new ones, at most
    options: Mapping[str, Any] = field(default_factory=dict)  # come before the expert's own


def budget_of(expert: Expert, purpose: Purpose) -> Budget:
    """Of one prompt. Whoever tries an expert may say otherwise."""
    match purpose:
        case Purpose.ANNOTATE:
            return _of_annotations(expert)
        case Purpose.AGGREGATE | Purpose.TRIAL:
            tokens = expert.aggregation_tokens or expert.max_new_tokens
            return Budget(tokens, expert.aggregation_options or {})
        case Purpose.TRY:
            usual = TRY_TOKENS_OF_THINKERS if thinks(expert) else TRY_TOKENS
            return Budget(min(expert.max_new_tokens, usual))
        case _:
            return Budget(expert.max_new_tokens)


def _of_annotations(expert: Expert) -> Budget:
    """A list of a few skills needs no thinking, which is turned off where a switch is known."""
    thinking = thinks(expert)
    options = expert.annotation_options
    if options is None:
        options = think_little(expert) if thinking else {}
    if expert.annotation_tokens:
        return Budget(expert.annotation_tokens, options)
    usual = ANNOTATION_TOKENS
    if thinking:
        is_long = is_known(expert) and not is_off(options)
        usual = ANNOTATION_TOKENS_WITH_THINKING if is_long else ANNOTATION_TOKENS_OF_THINKERS
    return Budget(min(expert.max_new_tokens, usual), options)

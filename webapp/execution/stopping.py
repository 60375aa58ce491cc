"""Which of a run's seats are asked, and in which order: fixed when it starts."""

from moe_core.errors import MethodError
from moe_core.methods import stopping_rule_of
from moe_core.stopping import ALL, TWO_AHEAD
from webapp.execution.errors import RunRefused
from webapp.execution.profiles.counted import counted_profile
from webapp.runs.models import Run


def choose_stopping(run: Run, chosen: str) -> None:
    """Fix which seats are asked, and in which order. Raises RunRefused."""
    assert run.answered_by is not None and run.recruited_by is not None
    try:
        rule = stopping_rule_of(run.answered_by, run.recruited_by, chosen, votes=run.is_voted)
    except MethodError as error:
        raise RunRefused(str(error)) from error
    experts = list(run.experts().order_by("pk"))
    if rule is TWO_AHEAD and run.answered_by.takes_k and not 2 <= run.k <= len(experts):
        raise RunRefused(
            f"k is {run.k}: until two ahead, give each question at least 2 seats, and at most"
            f" {len(experts)}, one of each expert."
        )
    run.stopping = rule.name
    if rule is not ALL:  # the strongest first: they agree most often
        run.order = [int(expert) for expert in counted_profile(run.profile, experts).strongest]

"""Trying an expert: one question, to see that it loads, how it writes and how fast it is."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from moe_core import prompts
from moe_core.values import Purpose
from webapp.accounts.models import Team, User
from webapp.audit.actions import Action
from webapp.audit.recording import record
from webapp.execution.errors import RunRefused
from webapp.execution.limits import take_place
from webapp.execution.settings import LARGEST_TRY
from webapp.experts.budgets import budget_of
from webapp.experts.models import Expert
from webapp.experts.thinking import switch_off
from webapp.queue import events, workers
from webapp.runs.models import Event, Generation, Progress, Run
from webapp.runs.purposes import stage_of


def submit_try(
    team: Team,
    user: User | None,
    expert: Expert,
    question: str,
    max_new_tokens: int | None = None,
    thinking: bool = True,
) -> Run:
    """Ask one expert one question. Raises RunRefused.

    `max_new_tokens`: None for what is usual; `thinking`: as its settings have it, or else off.
    """
    if not question.strip():
        raise RunRefused("Write a question to try the expert with.")
    if expert.is_recorded:
        raise RunRefused(f"{expert} is recorded: it can be asked nothing new.")
    if missing := expert.missing():
        raise RunRefused(missing)
    limit = max_new_tokens
    if limit is None:
        limit = budget_of(expert, Purpose.TRY).tokens
    if not 1 <= limit <= LARGEST_TRY:
        raise RunRefused(f"Let it write between 1 and {LARGEST_TRY:,} tokens, not {limit:,}.")
    options = {} if thinking else switch_off(expert)
    if not thinking and not options:
        raise RunRefused(
            f"{expert} has no known switch for thinking: put one among its chat template's options."
        )
    with transaction.atomic():
        take_place(user)
        run = Run.objects.create(
            kind=Run.Kind.TRY, team=team, created_by=user, owner=user, expert=expert
        )
        _ask(run, expert, question, limit, options)
        record(Action.TRY_STARTED, run, expert=expert, max_new_tokens=limit)
    workers.wake()
    return run


def _ask(run: Run, expert: Expert, question: str, limit: int, options: Mapping[str, Any]) -> None:
    Generation.objects.create(
        run=run,
        expert=expert,
        engine_key=expert.engine_key,
        purpose=Purpose.TRY.value,
        stage=stage_of(run.kind, Purpose.TRY),
        number=0,
        prompt=prompts.respond(question),
        temperature=expert.temperature,
        max_tokens=limit,
        seed=0,
        chat_template_options=options or None,
    )
    Progress.objects.create(run=run, purpose=Purpose.TRY.value, expert=expert, asked=1)
    events.append(run.pk, Event.Kind.SUBMITTED)

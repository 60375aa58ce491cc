"""Reruns: a run again with one expert replaced or added, begun at once and started when it can be.

The pool is made, and the new expert profiled; what the others did is taken over. When that is done,
and the aggregators are ranked where one of them writes, the run starts with the settings of the
first one. Postgres holds what it waits for: the worker looks whenever a run has ended, and the beat
does.
"""

import logging
from contextlib import AbstractContextManager, nullcontext

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from moe_core.aggregation import WRITERS
from webapp.accounts.acting import acting_as
from webapp.accounts.models import User
from webapp.audit.actions import Action
from webapp.audit.recording import record
from webapp.comments.posting import notify
from webapp.db.errors import PASSING
from webapp.execution.errors import RunRefused
from webapp.execution.settings import chosen_again, settings_of
from webapp.execution.start import (
    check_asked_again,
    check_recorded,
    submit_profile,
    submit_ranking,
    submit_run,
)
from webapp.experts.variants import Replacement, variant
from webapp.queue import events
from webapp.runs.models import Profile, Rerun, Run
from webapp.things.models import there_by

logger = logging.getLogger(__name__)

TASK = "reruns.go_on"
TOLD = 5  # of a run


@transaction.atomic
def begin(run: Run, replacement: Replacement, user: User | None) -> Rerun:
    """Make the pool and begin its profile; start the run at once where it reads none.

    Raises RunRefused, and ValidationError where the pool cannot be made so; then nothing is made.
    """
    if run.kind != Run.Kind.ANSWER or run.pool is None or run.question_set is None:
        raise RunRefused(f"{run} answers no questions: repeat a run that does.")
    made = variant(run.pool, replacement)
    method = run.answered_by
    if method is None:
        raise RunRefused(f"There is no method called {run.method} any more: start another run.")
    # What only the run's own start would refuse is refused before anybody is asked anything.
    experts = made.experts.exclude(pk__in=run.left_out)
    check_recorded(experts, made, run.question_set)
    check_asked_again(experts, method)
    if asks_llm(run) and not made.candidates():
        raise RunRefused(
            f"An LLM writes the answers of {run}, and in the new pool there is none that could:"
            " start a run in which a vote writes them."
        )
    rerun = Rerun(of=run, expert=replacement.expert, by=replacement.by, pool=made, person=user)
    if run.profile is not None:
        rerun.profiling = submit_profile(run.team, user, made, run.profile.question_set)
    rerun.save()
    record(Action.RERUN_ASKED, run, replaced=replacement.expert, by=replacement.by, pool=made)
    if rerun.profiling is None:
        _start(rerun, None)
    return rerun


def call_off(rerun: Rerun) -> bool:
    """No run is started. What it waits for goes on. False: it was started or called off before."""
    with transaction.atomic():
        ended = Rerun.objects.filter(pk=rerun.pk, ended=None).update(ended=timezone.now())
        if ended:
            record(Action.RERUN_CALLED_OFF, rerun.of, replaced=rerun.expert, by=rerun.by)
    return bool(ended)


def told_on(run: Run) -> list[Rerun]:
    """What stands on a run's page, the newest first: its reruns, what starts when it is done, and
    what it came of."""
    about = Q(of=run) | Q(run=run) | Q(profiling=run) | Q(ranking=run)
    called_off = Q(run=None) & ~Q(ended=None)
    rows = _there().filter(about, there_by("run")).exclude(called_off)
    return list(rows.order_by("-pk")[:TOLD])


def waiting() -> list[int]:
    """Those for which something may be to do, the oldest first."""
    return list(_there().filter(ended=None).order_by("pk").values_list("pk", flat=True))


def go_on(rerun_id: int) -> None:
    """Begin what comes next, unless something is waited for. It can be called at any time."""
    with transaction.atomic():
        rows = _there().select_for_update(skip_locked=True, of=("self",))
        rerun = rows.filter(pk=rerun_id, ended=None).first()
        if rerun is None:
            return
        before = rerun.waits_for
        try:
            with transaction.atomic(), _acting_for(rerun):
                problem = _next(rerun)
        except PASSING:
            raise
        except RunRefused as refused:
            problem = f"It cannot start yet: {refused}"
        except Exception as error:
            logger.exception("rerun %s cannot go on", rerun_id)
            problem = f"It could not be started: {type(error).__name__}: {error}"
        has_moved = rerun.waits_for != before or rerun.ended is not None
        has_moved = _note(rerun, problem) or has_moved
    if has_moved:  # whoever watches what it waited for, or what it repeats
        events.notify({}, grown=[run.pk for run in (before, rerun.of) if run])


def _next(rerun: Rerun) -> str:
    """Begin the ranking or the run, where nothing is waited for. Returns what is in the way."""
    of, profiling, ranking = rerun.of, rerun.profiling, rerun.ranking
    if profiling is not None and profiling.status != Run.Status.DONE:
        return _in_the_way(profiling)
    profile = profiling.profile if profiling else None
    if profile is None or profile.ranked or not asks_llm(of):
        _start(rerun, profile)
    elif ranking is None:
        rerun.ranking = submit_ranking(of.team, rerun.person, profile, of.k)
        rerun.save(update_fields=["ranking"])
    elif ranking.status != Run.Status.DONE:
        return _in_the_way(ranking)
    return ""


def _in_the_way(waits: Run) -> str:
    if waits.status == Run.Status.RUNNING:
        return ""
    ended = "has failed" if waits.status == Run.Status.FAILED else "was cancelled"
    return f"{waits}, which it waits for, {ended}. When that run is done after all, this goes on."


def _start(rerun: Rerun, profile: Profile | None) -> None:
    team = rerun.of.team
    kept = settings_of(rerun.of) | {"pool": rerun.pool_id, "profile": profile and profile.pk}
    rerun.run = submit_run(team, rerun.person, **chosen_again(team, kept))
    rerun.ended = timezone.now()
    rerun.save(update_fields=["run", "ended"])


def _note(rerun: Rerun, problem: str) -> bool:
    """Keep what is in the way, and tell whoever waits for it, once; whether it is new."""
    if problem == rerun.problem:
        return False
    rerun.problem = problem
    rerun.save(update_fields=["problem"])
    if problem and rerun.person is not None:
        text = f"{rerun.of} again with {rerun.change} waits. {problem}"
        where = rerun.waits_for or rerun.of
        notify([rerun.person], rerun.of.team, None, text[:300], where.get_absolute_url())
    return True


def asks_llm(run: Run) -> bool:
    writer = WRITERS.get(run.writer)
    return writer is not None and writer.asks_llm


def _acting_for(rerun: Rerun) -> AbstractContextManager[None]:
    """The log names whoever has asked for it."""
    if rerun.person is None:
        return nullcontext()
    return acting_as(rerun.person, rerun.of.team)


def _there() -> QuerySet[Rerun]:
    """With what is read of them; not those of what is deleted."""
    related = ("of__team", "pool", "expert", "by", "person", "run")
    rows = Rerun.objects.select_related(*related, "profiling__profile", "ranking")
    return rows.filter(there_by("of"), there_by("pool"))

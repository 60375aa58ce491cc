"""Starting work: checked before the GPU is asked, then stored whole or not at all."""

from collections.abc import Collection, Mapping
from typing import Unpack

from django.db import transaction
from django.db.models import Exists, OuterRef

from moe_core.aggregation import (
    CALIBRATED,
    LLM,
    LLM_OR_VOTE,
    MAJORITY,
    WEIGHTED,
    WRITERS,
    writer_named,
)
from moe_core.anchors import ALL
from moe_core.errors import MethodError
from moe_core.methods import DEFAULT_RECRUITER, Method, method_named, recruiter_of
from webapp.accounts.models import Team, User
from webapp.audit.actions import Action
from webapp.audit.recording import record
from webapp.execution.errors import RunRefused
from webapp.execution.grading.regrade_requests import profiled_by
from webapp.execution.limits import take_place
from webapp.execution.profiles.asks import Choice, part_named
from webapp.execution.resting import check_current, hold_all
from webapp.execution.settings import DECIDED, LARGEST_K, OLDER_NAMES, Settings, are_alike
from webapp.execution.stopping import choose_stopping
from webapp.experts.models import Expert, Experts, Pool
from webapp.questions.models import QuestionSet
from webapp.queue import events
from webapp.runs.lookups import newest_profile
from webapp.runs.models import Answer, Event, Profile, RecordedResponse, Run
from webapp.runs.titles import difference

STARTED: Mapping[str, Action] = {
    Run.Kind.ANSWER: Action.RUN_STARTED,
    Run.Kind.PROFILE: Action.PROFILE_STARTED,
    Run.Kind.RANK: Action.RANKING_STARTED,
}


def submit_profile(
    team: Team,
    user: User | None,
    pool: Pool,
    questions: QuestionSet,
    *,
    reuse: bool = True,
    part: str = ALL.name,
) -> Run:
    """Profile a pool's experts on a validation set. Raises RunRefused.

    `reuse`: what they have answered for earlier profiles on the set is taken over, where they were
    asked in the same way (webapp.execution.profiles.reuse). `part`: how much of the set each of the
    others is asked, a name of moe_core.anchors.PARTS.
    """
    check_current(questions, pool)
    _check_pool(pool)
    _check_experts([*pool.experts.all(), *_annotators(pool)])
    check_recorded(pool.experts.all(), pool, questions)
    if not questions.questions.exclude(gold="").exists():
        raise RunRefused(f"{questions} has no gold answers: a profile needs them.")
    if questions.kind != QuestionSet.Kind.VALIDATION:
        raise RunRefused(f"{questions} is a test set: profiles are made on validation sets.")
    with transaction.atomic():
        profile = Profile.objects.create(team=team, pool=pool, question_set=questions)
        run = Run(kind=Run.Kind.PROFILE, team=team, created_by=user, pool=pool, profile=profile)
        run.reuses = reuse
        if (chosen := part_named(part)) is ALL:
            return _start(run, questions, part=chosen.name)
        asks = Choice.of(pool, questions, reuse=reuse).settled(chosen)
        run.asks = {str(expert): of for expert, of in asks.some.items()}
        return _start(run, questions, asks.questions, part=chosen.name)


def submit_ranking(team: Team, user: User | None, profile: Profile, k: int = 3) -> Run:
    """Rank a pool's aggregators on the responses of a profile. Raises RunRefused."""
    _check_ready(profile)
    check_current(profile)
    if (
        profile.ranked
        or profile.runs.filter(kind=Run.Kind.RANK, status=Run.Status.RUNNING).exists()
    ):
        raise RunRefused(
            "The aggregators of this profile are ranked already, or just being ranked."
        )
    if not profile.pool.candidates():
        raise RunRefused(
            "There is no LLM to rank: recorded experts can be asked nothing new. The weighted vote"
            " writes this pool's answers; to have an LLM write them, name candidates in the pool."
        )
    _check_experts(profile.pool.candidates())
    run = Run(
        kind=Run.Kind.RANK, team=team, created_by=user, pool=profile.pool, profile=profile, k=k
    )
    return _start(run, profile.question_set)


def submit_run(team: Team, user: User | None, title: str = "", **settings: Unpack[Settings]) -> Run:
    """Answer a question set by a method. Raises RunRefused.

    `title` blank: one is made.
    """
    run = draft_run(team, user, **settings)
    run.given_title = title
    return _start(run, settings["questions"])


def draft_run(team: Team, user: User | None, **settings: Unpack[Settings]) -> Run:
    """The run that would start, checked, but not stored. Raises RunRefused."""
    pool, questions, k = settings["pool"], settings["questions"], settings.get("k", 3)
    check_current(questions, pool, settings.get("profile"))
    try:
        chosen = method_named(settings.get("method", "skill-moe"))
        policy = recruiter_of(chosen, settings.get("recruiter", ""))
        writer = _writer_of(chosen, settings.get("writer", DECIDED))
    except MethodError as error:
        raise RunRefused(str(error)) from error
    if not 1 <= k <= LARGEST_K:
        raise RunRefused(f"k is {k}: give each question between 1 and {LARGEST_K} seats.")
    if chosen.takes_k and k < chosen.least_k:
        raise RunRefused(f"k is {k}: in {chosen.title} experts read each other, so give 2 seats.")
    run = Run(team=team, created_by=user, pool=pool, method=chosen.name, recruiter=policy.name)
    run.question_set, run.questions = questions, questions.questions.count()
    run.k, run.seed = k, settings.get("seed", 0)
    _check_pool(pool)
    run.left_out = _left_out(pool, settings.get("left_out", ()))
    experts = run.experts()
    check_recorded(experts, pool, questions)
    check_asked_again(experts, chosen)
    if policy.reads_profile or writer != MAJORITY.name:
        run.profile = _profile_for(pool, settings.get("profile"))
        _choose_writer(run, run.profile, writer)
    choose_stopping(run, settings.get("stopping", ""))
    looks = settings.get("looks")
    run.looks = are_alike(run.profile, questions) if looks is None else looks
    annotators = _annotators(pool) if policy.reads_skills else []
    _check_experts([*experts, *annotators])
    _check_experts([run.aggregator] if run.aggregator else [])
    if not run.questions:
        raise RunRefused(f"{questions} holds no questions: upload some first.")
    return run


def _start(
    run: Run, questions: QuestionSet, only: Collection[int] | None = None, **told: str
) -> Run:
    """Over all questions of the set, or some by their keys. `told`: to the log."""
    found = questions.questions.all() if only is None else questions.questions.filter(pk__in=only)
    rows = list(found.order_by("pk").values_list("pk", "category"))  # searches rest on this order
    with transaction.atomic():
        take_place(run.created_by)
        hold_all(questions, run.pool, run.profile)
        run.question_set, run.owner = questions, run.created_by
        questions.refresh_from_db(fields=["version"])
        run.scorer, run.pattern = questions.scorer, questions.pattern
        run.gold_version = questions.version
        if run.kind == Run.Kind.RANK:  # it reads the verdicts of its profile's run
            made_by = profiled_by(run).select_for_update().first() or run
            run.scorer, run.pattern = made_by.scorer, made_by.pattern
            run.gold_version = made_by.gold_version
        run.questions = len(rows)
        if run.kind == Run.Kind.ANSWER:
            run.differs = difference(run)
        run.save()
        if run.kind != Run.Kind.PROFILE and run.profile is not None:
            _check_ready(run.profile)  # grading its run again may have begun since it was looked at
        Answer.objects.bulk_create(
            (Answer(run=run, question_id=pk, category=category) for pk, category in rows),
            batch_size=1000,
        )
        events.append(run.pk, Event.Kind.SUBMITTED)
        _tell(run, **told)
        transaction.on_commit(lambda: events.wake("runs.advance", run.pk))
    return run


def _tell(run: Run, **more: str) -> None:
    """The log, of what was started by which settings."""
    told = {"questions": run.question_set, "pool": run.pool, **more}
    if run.kind == Run.Kind.ANSWER:
        names = ("method", "recruiter", "writer", "looks", "profile", "k", "seed", "stopping")
        told |= {name: getattr(run, name) for name in names}
    record(STARTED[run.kind], run, **told)


def _writer_of(method: Method, writer: str) -> str:
    """The method's own writer, or the chosen one. Raises MethodError, RunRefused."""
    writer = OLDER_NAMES.get(writer, writer)
    if writer != DECIDED:
        writer_named(writer)
    if method.writer is None:
        return writer
    if writer not in (DECIDED, method.writer):
        title = WRITERS[method.writer].title
        raise RunRefused(
            f"Where the method is “{method.title}”, {title} writes the answers: choose no other."
        )
    return method.writer


def _profile_for(pool: Pool, profile: Profile | None) -> Profile:
    profile = profile or newest_profile(pool)
    if profile is None:
        raise RunRefused(f"{pool} has no profile yet: build one on a validation set first.")
    _check_ready(profile)
    if profile.pool_id != pool.pk:
        raise RunRefused(f"That profile belongs to {profile.pool}, not to {pool}.")
    return profile


def _choose_writer(run: Run, profile: Profile, writer: str) -> None:
    """Fix who writes the run's answers: an LLM, a vote, or both. Raises RunRefused."""
    if writer == DECIDED and not profile.ranked and not profile.pool.candidates():
        # Recorded experts: nobody can be ranked.
        writer = CALIBRATED.name if run.reads_evidence else WEIGHTED.name
    if (writer == DECIDED or WRITERS[writer].asks_llm) and not profile.ranked:
        raise RunRefused(
            f"Rank the pool's aggregators first: the profile {profile} has no ranking. Or choose"
            " another profile, or let a vote write the answers (Skill-MoE may)."
        )
    if writer == DECIDED:
        run.aggregator = profile.aggregator
        # As published, the LLM alone: where it states nothing, there is no answer.
        by_llm = LLM if run.recruiter == DEFAULT_RECRUITER else LLM_OR_VOTE
        run.writer = by_llm.name if profile.aggregator else profile.vote
        return
    run.writer = writer
    if WRITERS[writer].asks_llm:
        first = profile.ranks.first()
        if first is None:
            raise RunRefused(f"No LLM of {profile.pool} was ranked: let a vote write the answers.")
        run.aggregator = first.expert


def _annotators(pool: Pool) -> list[Expert]:
    return [pool.annotator] if pool.annotator else []


def _left_out(pool: Pool, keys: Collection[int]) -> list[int]:
    """In order, each once. Raises RunRefused."""
    theirs = set(pool.experts.values_list("pk", flat=True))
    if strange := sorted(set(keys) - theirs):
        raise RunRefused(
            f"Expert {strange[0]} is not in {pool}, so it cannot be left out: name the pool's own."
        )
    if not theirs - set(keys):
        raise RunRefused(f"Every expert of {pool} is left out: keep at least one.")
    return sorted(set(keys))


def check_recorded(experts: Experts, pool: Pool, questions: QuestionSet) -> None:
    """Every recorded expert has something to play back; single gaps are failed seats."""
    recorded = experts.recorded()
    there = RecordedResponse.objects.filter(question__question_set=questions, expert=OuterRef("pk"))
    if silent := recorded.exclude(Exists(there)).first():
        raise RunRefused(
            f"No response of {silent} to {questions} is recorded: import the responses of the"
            f" experts of {pool} to its questions first."
        )


def check_asked_again(experts: Experts, method: Method) -> None:
    recorded = experts.recorded().first()
    if recorded and method.asks_again:
        raise RunRefused(
            f"{method.title} asks an expert several times about one question, and {recorded} is"
            " recorded: it can be asked nothing new. Choose a method that asks once."
        )


def _check_pool(pool: Pool) -> None:
    if not pool.experts.exists():
        raise RunRefused(f"{pool} has no experts: add some to the pool.")


def _check_ready(profile: Profile) -> None:
    if not profile.ready:
        raise RunRefused("That profile is still being built: wait until its run is done.")
    if one := profile.runs.filter(kind=Run.Kind.PROFILE, regrading=True).first():
        raise RunRefused(f"{one}, which made the profile, is being graded again: wait a moment.")


def _check_experts(experts: list[Expert]) -> None:
    for expert in experts:
        if problem := expert.missing() or expert.problem:
            raise RunRefused(f"{expert} cannot be used: {problem} (Put it right, then try it.)")

"""New versions of a profile: the same responses, graded by the newest gold answers.

The profile that runs rest on stays as it is, its evidence included: a version has a profile run of
its own, with copies of the responses, and nothing is generated. It is proposed first; only when
somebody has accepted it, runs may recruit by it. Only validation sets have profiles, so no gold
answer of a test question can have a part in one.
"""

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from psycopg import sql

from webapp.accounts.models import User
from webapp.audit.actions import Action
from webapp.audit.recording import record
from webapp.db.rows import executed
from webapp.execution.errors import RunRefused
from webapp.execution.grading.regrade_requests import not_graded
from webapp.questions.models import QuestionSet
from webapp.queue import events
from webapp.runs.lookups import maker_of
from webapp.runs.models import Answer, Event, Generation, Profile, ProfileProposal, Progress, Run
from webapp.things.holding import hold

TASK = "runs.propose_profile"
_ANSWERS = sql.SQL(
    """
    INSERT INTO runs_answer (run_id, {columns})
    SELECT %(made)s, {columns} FROM runs_answer WHERE run_id = %(maker)s ORDER BY id
    """
)
_GENERATIONS = sql.SQL(
    """
    INSERT INTO runs_generation (run_id, answer_id, {columns})
    SELECT own.run_id, own.id, {theirs} FROM runs_generation g
    JOIN runs_answer a ON a.id = g.answer_id
    JOIN runs_answer own ON own.run_id = %(made)s AND own.question_id = a.question_id
    WHERE g.run_id = %(maker)s ORDER BY g.id
    """
)
OWN = {"id", "run_id", "answer_id", "claim_id", "visit_id"}  # columns that are not copied


def propose(
    profile: Profile,
    person: User | None,
    *,
    run: Run | None = None,
    question_set: QuestionSet | None = None,
) -> ProfileProposal:
    """Have a worker make another version of a profile, and tell what it would change for a run, or
    for one that would start on a set. Raises RunRefused."""
    if profile.question_set.kind != QuestionSet.Kind.VALIDATION:
        raise RunRefused(f"{profile.question_set} is a test set: no profile is made of that.")
    with transaction.atomic():
        profile = Profile.objects.select_for_update(of=("self",)).get(pk=profile.pk)
        if not profile.ready:
            raise RunRefused("That profile is not ready, so there is no other version to make.")
        if profile.made_into.filter(proposed=True).exists():
            raise RunRefused("Another version of it is proposed already: decide on that first.")
        maker = maker_of(profile)
        if maker is None or maker.status != Run.Status.DONE:
            raise RunRefused("The run that made the profile has not ended well: there is nothing.")
        if problem := not_graded(maker):
            raise RunRefused(problem)
        made = Profile.objects.create(
            team=profile.team,
            pool=profile.pool,
            question_set=profile.question_set,
            made_from=profile,
            version=_last_version(profile) + 1,
            proposed=True,
        )
        proposal = ProfileProposal.objects.create(
            profile=made, person=person, run=run, question_set=question_set
        )
        record(Action.PROFILE_PROPOSED, made, version=made.version, made_from=profile.pk)
    events.wake(TASK, proposal.pk)
    return proposal


def _last_version(profile: Profile) -> int:
    """Of all that were made from the same first one."""
    first = profile
    while first.made_from is not None:
        first = first.made_from
    family, found = [first.pk], [first.pk]
    while found:
        found = list(Profile.every.filter(made_from__in=found).values_list("pk", flat=True))
        family += found
    highest: int = Profile.every.filter(pk__in=family).aggregate(Max("version"))["version__max"]
    return highest


def tell_again(
    proposal: ProfileProposal, run: Run | None = None, question_set: QuestionSet | None = None
) -> None:
    """Have the effect told on something else. Raises RunRefused."""
    mine = ProfileProposal.objects.filter(pk=proposal.pk, accepted=None)
    if not mine.update(
        run=run, question_set=question_set, ready=False, problem="", effect={}, asked=timezone.now()
    ):
        raise RunRefused("That version is accepted, or withdrawn: there is nothing to decide.")
    events.wake(TASK, proposal.pk)


def accept(proposal: ProfileProposal, person: User | None) -> Profile:
    """From now on runs may recruit by it, and do where they name no other. Raises RunRefused."""
    with transaction.atomic():
        proposal = _held(proposal)
        profile = proposal.profile
        maker = maker_of(profile)
        if not proposal.ready or maker is None or maker.regrading:
            raise RunRefused("That version is still being made: wait until its effect is told.")
        if not profile.cells.exists():
            raise RunRefused(f"That version cannot be used. {proposal.problem}".strip())
        if maker.newer_golds or maker.event_seq != proposal.effect.get("made_at"):
            raise RunRefused(
                "Gold answers were corrected since, or it was graded again: show its effect again."
            )
        now = timezone.now()
        profile.ready, profile.proposed, profile.created = True, False, now
        profile.save(update_fields=["ready", "proposed", "created"])
        proposal.accepted, proposal.accepted_by = now, person
        proposal.save(update_fields=["accepted", "accepted_by"])
        record(Action.PROFILE_ACCEPTED, profile, version=profile.version)
    return profile


def withdraw(proposal: ProfileProposal) -> None:
    """It was only proposed: nothing of it stays. Raises RunRefused."""
    with transaction.atomic():
        profile = _held(proposal).profile
        record(Action.PROFILE_WITHDRAWN, profile, version=profile.version)
        for run in Run.objects.select_for_update().filter(profile=profile):
            if run.regrading:
                raise RunRefused("It is being graded just now: wait a moment, then withdraw it.")
            for rows in (run.generations, run.answers, run.events, run.progress):
                rows.all().delete()
            run.delete()
        profile.delete()


def _held(proposal: ProfileProposal) -> ProfileProposal:
    rows = ProfileProposal.objects.select_for_update(of=("self",)).select_related("profile")
    found = rows.filter(pk=proposal.pk, accepted=None).first()
    if found is None:
        raise RunRefused("That version is accepted, or withdrawn: there is nothing to decide.")
    return found


def made_run(proposal: ProfileProposal) -> Run:
    """The version's own profile run, made now where there is none yet; not graded anew here."""
    if there := maker_of(proposal.profile):
        return there
    assert proposal.profile.made_from is not None
    maker = maker_of(proposal.profile.made_from)
    assert maker is not None
    with transaction.atomic():
        hold(proposal.profile)
        made = _copied(maker, proposal)
        seq = events.append(made.pk, Event.Kind.SUBMITTED, made_of=maker.pk)
    events.notify({made.pk: seq})
    return made


def _copied(maker: Run, proposal: ProfileProposal) -> Run:
    own = {"id", "event_seq", "regrading", "regrade_due"}
    kept = {
        field.attname: getattr(maker, field.attname)
        for field in Run._meta.concrete_fields
        if field.name not in own
    }
    made = Run.objects.create(
        **kept | {"profile_id": proposal.profile_id, "created_by_id": proposal.person_id}
    )
    Run.objects.filter(pk=made.pk).update(ended=made.created)
    _copy_rows(made, maker)
    # Without tokens: they were generated for the other run, and took its time.
    Progress.objects.bulk_create(
        Progress(
            run=made,
            **{
                name: getattr(row, name)
                for name in ("purpose", "expert_id", "asked", "done", "failed", "cut_off")
            },
        )
        for row in maker.progress.all()
    )
    return made


def _copy_rows(made: Run, maker: Run) -> None:
    answers, generations = _columns(Answer), _columns(Generation)
    executed(
        _ANSWERS.format(columns=sql.SQL(", ").join(answers)), {"made": made.pk, "maker": maker.pk}
    )
    theirs = [sql.SQL("g.{}").format(column) for column in generations]
    executed(
        _GENERATIONS.format(
            columns=sql.SQL(", ").join(generations), theirs=sql.SQL(", ").join(theirs)
        ),
        {"made": made.pk, "maker": maker.pk},
    )


def _columns(model: type[Answer] | type[Generation]) -> list[sql.Identifier]:
    names = [field.column or "" for field in model._meta.concrete_fields]
    return [sql.Identifier(name) for name in names if name not in OWN]

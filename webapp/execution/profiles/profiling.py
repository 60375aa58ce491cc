"""Profiling a pool: every expert answers the validation questions (paper, expert profiling)."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from functools import lru_cache

from moe_core import pipeline
from moe_core.merging import APART, MERGINGS, merged
from moe_core.profiles import Profile
from moe_core.skills import Match, infer_skills
from moe_core.values import Purpose, Stage, Verdict
from webapp.db.bulk import update_rows
from webapp.execution.vectors import StoredMatcher
from webapp.experts.models import Expert, Pool
from webapp.questions.wordings import wording_for
from webapp.runs.models import Answer, Generation, ProfileCell, ProfileTotal, Run


def step(run: Run, answer: Answer, known: pipeline.Known) -> pipeline.Step:
    """First ask for all responses, and annotations, at once; then note the question's skills."""
    assert run.pool is not None and run.question_set is not None
    if not answer.asked:
        wording = wording_for(run.question_set)
        requests = pipeline.response_requests(
            known.question, _experts_of(run.pk), Purpose.PROFILE, wording
        )
        asked = asked_of(run, answer.question_id)
        responses = [request for request in requests if request.expert in asked]
        if run.pool.annotator_id is None:
            return pipeline.Step(Stage.RESPOND, responses)
        annotations = pipeline.annotation_requests(
            known.question, str(run.pool.annotator_id), wording
        )
        return pipeline.Step(Stage.RESPOND, [*annotations, *responses])
    skills = known.inferred or infer_skills([t for t in known.annotations if t is not None])
    return pipeline.Step(None, matches=[Match(skill, skill, 1.0) for skill in skills])


def asked_of(run: Run, question: int) -> list[str]:
    """The experts that the run of a profile asks a question."""
    some = _some_of(run.pk) if run.asks else {}
    return [e for e in _experts_of(run.pk) if e not in some or question in some[e]]


@lru_cache(maxsize=16)  # a run's settings stay
def _some_of(run_id: int) -> dict[str, frozenset[int]]:
    asks = Run.objects.values_list("asks", flat=True).get(pk=run_id)
    return {expert: frozenset(questions) for expert, questions in asks.items()}


@lru_cache(maxsize=16)  # a pool stays as it is while a run rests on it
def _experts_of(run_id: int) -> list[str]:
    keys = Expert.objects.filter(pools__runs=run_id).order_by("pk").values_list("pk", flat=True)
    return [str(pk) for pk in keys]


Observation = tuple[list[str], dict[str, Verdict]]


def observations(run_id: int) -> Iterator[tuple[Answer, Observation]]:
    """Per validation question of a profile run: its skills, and each expert's verdict."""
    verdicts: dict[int, dict[str, Verdict]] = defaultdict(dict)
    # What failed was never answered: it says nothing about the expert.
    rows = Generation.objects.filter(
        run=run_id, purpose=Purpose.PROFILE, status=Generation.Status.DONE
    )
    for answer_id, expert_id, verdict in rows.values_list("answer_id", "expert_id", "verdict"):
        verdicts[answer_id or 0][str(expert_id)] = Verdict(verdict)
    for answer in Answer.objects.filter(run=run_id).select_related("question").order_by("pk"):
        yield answer, ([profiled for _, profiled, _ in answer.skills], verdicts[answer.pk])


def _merge_alike(run: Run, pool: Pool) -> None:
    """Note under which name each question's skills count, as the pool's policy says; each once."""
    if pool.merging == APART.name:
        return
    answers = list(run.answers.exclude(skills=[]))
    counted = Counter(named for answer in answers for named, _, _ in answer.skills)
    matcher = StoredMatcher(pool.embedder)
    names = merged(counted, MERGINGS[pool.merging], matcher.embedded)
    for answer in answers:
        first: dict[str, str] = {}
        for named, _, _ in answer.skills:
            first.setdefault(names[named], named)
        matches = [matcher.match([named], [name])[0] for name, named in first.items()]
        answer.skills = [[m.skill, m.profiled, round(m.similarity, 4)] for m in matches]
    update_rows(answers, ["skills"])


def finish(run: Run) -> str:
    """Store the profile: right and wrong per expert and skill. Returns why it cannot be used."""
    assert run.profile is not None and run.pool is not None
    if run.profile.made_from_id is None:  # there, the names are merged already
        _merge_alike(run, run.pool)
    seen: Iterable[Observation] = (observation for _, observation in observations(run.pk))
    profile = Profile.build(_experts_of(run.pk), seen)
    if not profile.skills:
        return (
            "The profile would be empty: no question has a gold answer, a skill and a response."
            " Use a larger validation set, or import responses to its graded questions."
        )
    run.profile.cells.all().delete()  # of a run that was retried
    run.profile.totals.all().delete()
    ProfileCell.objects.bulk_create(
        ProfileCell(
            profile=run.profile,
            expert_id=int(expert),
            skill=skill,
            right=cell.right,
            wrong=cell.wrong,
        )
        for expert, cells in profile.cells.items()
        for skill, cell in cells.items()
    )
    ProfileTotal.objects.bulk_create(
        ProfileTotal(profile=run.profile, expert_id=int(expert), right=cell.right, wrong=cell.wrong)
        for expert, cell in profile.answered.items()
    )
    run.profile.ready = not run.profile.proposed
    run.profile.save(update_fields=["ready"])
    return ""

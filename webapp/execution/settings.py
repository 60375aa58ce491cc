"""What a run answers a question set by: as people choose it, and as it is kept."""

from collections.abc import Collection, Mapping
from typing import Any, Required, TypedDict

from moe_core.aggregation import MAJORITY, WRITERS
from moe_core.methods import stopping_rule_of
from moe_core.stopping import STOPPING_RULES
from webapp.accounts.models import Team
from webapp.execution.errors import RunRefused
from webapp.experts.models import Pool
from webapp.questions.models import QuestionSet
from webapp.runs.lookups import ready_profiles
from webapp.runs.models import Profile, Run

LARGEST_K = 64
LARGEST_TRY = 131_072  # new tokens
DECIDED = "decided"  # writes whoever ranking the pool's aggregators decided for
WRITER_CHOICES = {DECIDED: "what ranking decided"} | {w.name: w.title for w in WRITERS.values()}
STOPPING_CHOICES = {"": "as many as the answers need"} | {
    rule.name: rule.title for rule in STOPPING_RULES.values()
}
OLDER_NAMES = {"vote": MAJORITY.name}  # of writers, as the API and the commands may still say
LARGEST_SEED = 2**31 - 1  # what the column holds


class Settings(TypedDict, total=False):
    """What a run answers a question set by.

    `recruiter` blank: the method's own. `profile` None: the pool's newest. `writer` is a name in
    WRITERS, or DECIDED. `looks`: whether a vote that may counts what answers look like; None: where
    `are_alike`. `stopping` is one in STOPPING_RULES; blank: the one that leaves the answers as they
    are. `left_out` are the keys of experts that are not recruited.
    """

    pool: Required[Pool]
    questions: Required[QuestionSet]
    method: str
    recruiter: str
    profile: Profile | None
    k: int
    seed: int
    writer: str
    stopping: str
    looks: bool | None
    left_out: Collection[int]


def are_alike(profile: Profile | None, questions: QuestionSet) -> bool:
    """Whether a profile's questions were made as a set's were, as far as is known: they are of one
    benchmark. What right answers look like is told by how a set was made."""
    benchmark = questions.benchmark
    return profile is not None and benchmark != "" and profile.question_set.benchmark == benchmark


def settings_of(run: Run) -> dict[str, Any]:
    """What a run was started by, as it is kept."""
    return {
        "question_set": run.question_set_id,
        "pool": run.pool_id,
        "method": run.method,
        "recruiter": run.chosen_recruiter,
        "profile": run.profile_id,
        "k": run.k,
        "seed": run.seed,
        "writer": run.writer,
        "stopping": _chosen_stopping(run),
        "looks": run.looks if run.reads_looks else None,
        "left_out": run.left_out,
    }


def _chosen_stopping(run: Run) -> str:
    """Blank where it asks as it would by itself, so that it does with another writer, too."""
    if run.answered_by is None or run.recruited_by is None:
        return run.stopping
    usual = stopping_rule_of(run.answered_by, run.recruited_by, "", votes=run.is_voted)
    return "" if run.stopping == usual.name else run.stopping


def chosen_again(team: Team, kept: Mapping[str, Any]) -> Settings:
    """Kept settings as a run is started by them.

    Raises RunRefused where what was chosen is there no more; starting checks the rest.
    """
    pool = Pool.objects.filter(team=team, pk=kept["pool"]).first()
    questions = QuestionSet.objects.filter(team=team, pk=kept["question_set"]).first()
    profile = ready_profiles(team).filter(pk=kept["profile"]).first()
    if pool is None or questions is None or (kept["profile"] and profile is None):
        raise RunRefused("What was chosen is not there any more: choose again.")
    return Settings(
        pool=pool,
        questions=questions,
        profile=profile,
        method=kept["method"],
        recruiter=kept["recruiter"],
        k=kept["k"],
        seed=kept["seed"],
        writer=kept["writer"],
        stopping=kept.get("stopping", ""),  # not in what was kept before there were any
        looks=kept.get("looks"),  # what was kept before there was a choice has none
        left_out=theirs(pool, kept["left_out"]),
    )


def theirs(pool: Pool, keys: Collection[int | str]) -> list[int]:
    """Those of these keys that are a pool's experts: another pool may have been chosen since."""
    named = {str(key) for key in keys}
    experts = pool.experts.order_by("pk").values_list("pk", flat=True)
    return [key for key in experts if str(key) in named]

"""How responses are read and compared: the scorer of a question set or of a run, and its effect."""

from typing import Annotated

from ninja import Path, Router
from pydantic import BaseModel, Field

from moe_core.scorers import LONGEST_PATTERN, SCORERS
from moe_core.values import Scoring, Verdict
from webapp.api.auth import ApiRequest
from webapp.api.fields import ANY_TEXT, Given, IdText, OneOf, answers
from webapp.api.lookups import question_set_of, run_of
from webapp.execution.grading import effects
from webapp.execution.grading.effects import Effect, Graded
from webapp.questions.scorers import set_scorer

router = Router(tags=["Scorers"])

ScorerName = Annotated[str, OneOf(("", *SCORERS))]
SCORER = Field(
    default="",
    description="Empty: found by each question, a letter or a value. "
    + " ".join(f"`{scorer.name}`: {scorer.help}" for scorer in SCORERS.values()),
)
PATTERN = Field(
    default="",
    max_length=LONGEST_PATTERN,
    pattern=ANY_TEXT,
    description="For `regex` alone, in RE2's syntax.",
)


class ScorerGiven(Given):
    scorer: ScorerName = SCORER
    pattern: str = PATTERN

    @property
    def scoring(self) -> Scoring:
        return Scoring(self.scorer, self.pattern)


class RegradeGiven(Given):
    scorer: ScorerName | None = Field(
        default=None, description="Null: the run's own, as before; empty: found by each question."
    )
    pattern: str = PATTERN

    @property
    def scoring(self) -> Scoring | None:
        if self.scorer is None and not self.pattern:
            return None
        return Scoring(self.scorer or "", self.pattern)


class ScorerDetails(BaseModel):
    scorer: ScorerName
    pattern: str


class GradedResponse(BaseModel):
    stated: str | None = Field(description="The answer that is read; null: none.")
    rule: str = Field(description="The rule that read it.")
    verdict: Annotated[str, OneOf(v.value for v in Verdict)] | None = Field(
        description="Null: comparing it takes algebra, which is done when the run is graded."
    )


class EffectRow(BaseModel):
    """A question, and a response to it where there is one."""

    question_id: str
    right: list[str] = Field(description="What is right by the scorer; empty: ungraded.")
    expert: str
    output: str
    before: GradedResponse | None
    after: GradedResponse | None


class ScorerEffect(BaseModel):
    """What a scorer makes of up to 300 responses that are there. Nothing is stored."""

    run: int | None = Field(description="Whose responses they are; null: recorded ones, or none.")
    responses: int
    right_before: int
    right_after: int
    unread_before: int = Field(description="Responses in which no answer is read.")
    unread_after: int
    open: int = Field(description="Responses whose verdict takes algebra.")
    questions: int = Field(description="With a gold answer, of those looked at.")
    ungraded: int = Field(description="Of these, those whose gold answer the scorer cannot use.")
    rows: list[EffectRow] = Field(description="Ten of them, those that change first.")


@router.post(
    "/question-sets/{question_set}/scorer/preview",
    response=answers(200, ScorerEffect, 400, 404, 413),
    summary="See what a scorer would change",
)
def preview_set_scorer(
    request: ApiRequest, question_set: Path[IdText], given: ScorerGiven
) -> ScorerEffect:
    """On the responses of the set's newest run, or on recorded ones."""
    team = request.auth.team
    return _effect(effects.of_set(team, question_set_of(team, question_set), given.scoring))


@router.post(
    "/question-sets/{question_set}/scorer",
    response=answers(200, ScorerDetails, 400, 404, 413),
    summary="Name a question set's scorer",
)
def set_set_scorer(
    request: ApiRequest, question_set: Path[IdText], given: ScorerGiven
) -> ScorerDetails:
    """For runs that begin from now on; those of before can be graded again."""
    set_scorer(question_set_of(request.auth.team, question_set), given.scoring)
    return ScorerDetails(scorer=given.scorer, pattern=given.pattern)


@router.post(
    "/runs/{run}/scorer/preview",
    response=answers(200, ScorerEffect, 400, 404, 413),
    summary="See what a scorer would change in a run",
)
def preview_run_scorer(request: ApiRequest, run: Path[IdText], given: ScorerGiven) -> ScorerEffect:
    """`regrade` then grades the run so."""
    return _effect(effects.of_run(run_of(request.auth.team, run), given.scoring))


def _effect(found: Effect) -> ScorerEffect:
    return ScorerEffect(
        run=found.run.pk if found.run else None,
        responses=found.responses,
        right_before=found.right_before,
        right_after=found.right_after,
        unread_before=found.unread_before,
        unread_after=found.unread_after,
        open=found.open,
        questions=found.questions,
        ungraded=found.ungraded,
        rows=[
            EffectRow(
                question_id=row.question.key,
                right=list(row.golds),
                expert=row.expert,
                output=row.output,
                before=_graded(row.before),
                after=_graded(row.after),
            )
            for row in found.rows
        ],
    )


def _graded(found: Graded | None) -> GradedResponse | None:
    if found is None:
        return None
    return GradedResponse(stated=found.stated, rule=found.rule, verdict=found.verdict or None)

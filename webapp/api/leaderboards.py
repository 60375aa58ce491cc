"""Who does how well on a question set."""

from ninja import Path, Router
from pydantic import BaseModel, Field

from webapp.api.auth import ApiRequest
from webapp.api.fields import IdText, answers
from webapp.api.lookups import question_set_of
from webapp.findings.sets.leaderboards import Entry, ask, shown

router = Router(tags=["Question sets"])


class Ranked(BaseModel):
    """A run, or a single expert that has answered the set."""

    run: int | None = Field(description="Null: it is an expert.")
    expert: int | None = Field(description="Null: it is a run.")
    name: str = Field(description="An expert's; of a run, what tells it from the others.")
    runs: int = Field(description="That were started alike, of which this is the newest.")
    missing: int = Field(description="Questions that an expert has not answered: not right.")
    correct: int
    accuracy: float | None = Field(description="Percent of the questions with a gold answer.")
    low: float = Field(description="Of its 95 % interval.")
    high: float
    best_rank: int = Field(description="Who cannot be told from each other share ranks.")
    worst_rank: int
    to_baseline: float | None = Field(description="Points; null without one, or of itself.")
    to_baseline_low: float | None
    to_baseline_high: float | None
    generations: int | None = Field(description="Of a run, for all purposes.")
    tokens: int | None = Field(description="That they wrote.")


class LeaderboardDetails(BaseModel):
    ready: bool = Field(description="Whether all runs are read; if not, ask again in a while.")
    problem: str
    questions: int = Field(description="With a gold answer.")
    baseline: int | None
    outdated: list[int] = Field(
        description="Runs that are graded by older gold answers, and so left out."
    )
    items: list[Ranked] = Field(description="Those that are right most often first.")


@router.get(
    "/question-sets/{question_set}/leaderboard",
    response=answers(200, LeaderboardDetails, 404),
    summary="Get a question set's leaderboard",
)
def get_leaderboard(request: ApiRequest, question_set: Path[IdText]) -> LeaderboardDetails:
    """Runs and single experts; a worker ranks them when something has changed."""
    board = ask(question_set_of(request.auth.team, question_set))
    return LeaderboardDetails(
        ready=board.ready,
        problem=board.problem,
        questions=board.found.get("questions", 0),
        baseline=board.found.get("baseline"),
        outdated=board.found.get("outdated", []),
        items=[_ranked(entry) for entry in shown(board)],
    )


def _ranked(entry: Entry) -> Ranked:
    row, (low, high) = entry.row, entry.share.interval
    return Ranked(
        run=row["run"],
        expert=row["expert"],
        name=entry.name,
        runs=row["runs"],
        missing=row["missing"],
        correct=row["right"],
        accuracy=entry.share.percent,
        low=low,
        high=high,
        best_rank=row["best"],
        worst_rank=row["worst"],
        to_baseline=row["difference"],
        to_baseline_low=row["low"],
        to_baseline_high=row["high"],
        generations=entry.generations,
        tokens=entry.tokens,
    )

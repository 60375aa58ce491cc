"""Gold answers that experts agree against."""

from ninja import Path, Router
from pydantic import BaseModel, Field

from webapp.api.auth import ApiRequest
from webapp.api.fields import IdText, answers
from webapp.api.lookups import question_set_of
from webapp.findings.sets.suspected import Suspect, shown
from webapp.findings.sets.suspects import ask

router = Router(tags=["Gold answers"])


class SuspectDetails(BaseModel):
    question_id: str
    row: int
    gold: str
    answer: str = Field(description="Which experts hold right instead.")
    probability: float = Field(description="That it is, and so the gold answer wrong.")
    evidence: str = Field(description="In words.")
    strong_agree: int = Field(description="Strong experts who give that answer.")
    strong: int = Field(
        description="Experts who are right elsewhere in the set about as often as the middle one of"
        " those who answered, or more often."
    )
    agree: int = Field(description="Experts who give that answer.")
    answered: int
    with_gold: int
    strength: float = Field(
        description="How often those who give that answer are right elsewhere, on average."
    )
    plurality: str = Field(description="What most experts say; it may be the gold answer.")
    most: int = Field(description="How many that is.")


class Suspects(BaseModel):
    ready: bool = Field(description="Whether all runs are read; if not, ask again in a while.")
    problem: str
    questions: int = Field(description="That experts have answered.")
    experts: int
    items: list[SuspectDetails] = Field(description="The most probable first, a few hundred.")


@router.get(
    "/question-sets/{question_set}/suspects",
    response=answers(200, Suspects, 404),
    summary="List suspected gold answers",
)
def list_suspects(request: ApiRequest, question_set: Path[IdText]) -> Suspects:
    """Of the runs that have ended; a worker reads them when they have changed."""
    search = ask(question_set_of(request.auth.team, question_set))
    return Suspects(
        ready=search.ready,
        problem=search.problem,
        questions=search.found.get("questions", 0),
        experts=search.found.get("experts", 0),
        items=[_details(one) for one in shown(search)],
    )


def _details(one: Suspect) -> SuspectDetails:
    told = {name: of for name, of in one.row.items() if name != "question"}
    return SuspectDetails(
        question_id=one.question.key,
        row=one.question.row,
        gold=one.question.gold,
        evidence=one.words,
        **told,  # type: ignore[arg-type]
    )

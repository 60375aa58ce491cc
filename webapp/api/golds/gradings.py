"""What came of each version of the gold answers that a run was graded by."""

from pydantic import BaseModel

from webapp.progress.gradings import gradings
from webapp.runs.models import Run


class Graded(BaseModel):
    version: int
    correct: int
    graded: int


def gradings_of(run: Run) -> list[Graded]:
    return [
        Graded(version=of.version, correct=of.share.right, graded=of.share.n)
        for of in gradings(run)
    ]

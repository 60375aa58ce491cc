"""Reviews as people give them."""

from webapp.accounts.models import User
from webapp.reviews.models import Review
from webapp.reviews.saying import Said, give
from webapp.runs.models import Answer


def reviewed(answer: Answer, person: User, *verdicts: str, note: str = "") -> Review:
    return give(answer, person, Said(list(verdicts), note))


def ruled(answer: Answer, person: User, *verdicts: str) -> Review:
    return give(answer, person, Said(list(verdicts)), is_ruling=True)

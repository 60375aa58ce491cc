"""Reviews of answers and the queues that ask for them, as Postgres holds them."""

from webapp.reviews.models.queue import Handout, Item, Queue
from webapp.reviews.models.review import Change, Review
from webapp.reviews.models.verdict import SETTLED, Meaning, VerdictKind

__all__ = [
    "SETTLED",
    "Change",
    "Handout",
    "Item",
    "Meaning",
    "Queue",
    "Review",
    "VerdictKind",
]

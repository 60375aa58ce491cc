"""What text search looks through, as it is indexed; `webapp.runs.models` has these too."""

from django.contrib.postgres.search import SearchVectorField
from django.db.models import Func, Q
from django.db.models.expressions import CombinedExpression

from moe_core.values import Purpose
from webapp.word_search import indexed

# The purposes whose outputs state an answer.
GRADED = [
    purpose.value
    for purpose in (Purpose.PROFILE, Purpose.TRIAL, Purpose.RESPOND, Purpose.AGGREGATE)
]

# The words, and the block of answers (BLOCK
# of them by key) that an output belongs to, as a word that no text has.
BLOCK = 4096
SEARCHED = CombinedExpression(
    indexed("output"),
    "||",
    Func(
        "answer_id",
        template=f"array_to_tsvector(ARRAY['#' || (%(expressions)s / {BLOCK})::text])",
        output_field=SearchVectorField(),
    ),
    output_field=SearchVectorField(),
)
SEARCHABLE = Q(status="done", purpose__in=GRADED, answer__isnull=False)

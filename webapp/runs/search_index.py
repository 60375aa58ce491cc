"""What text search looks through, as it is indexed."""

from django.contrib.postgres.search import SearchVectorField
from django.db.models import Func, Q
from django.db.models.expressions import CombinedExpression

from webapp.db.words import indexed
from webapp.runs.purposes import GRADED
from webapp.runs.states import GenerationStatus

# The words, and the block of answers (BLOCK of them by key) that an output belongs to, as a word
# that no text has.
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
SEARCHABLE = Q(status=GenerationStatus.DONE.value, purpose__in=GRADED, answer__isnull=False)

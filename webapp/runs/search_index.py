"""What text search looks through, as it is indexed."""

from django.db.models import Q

from webapp.db.words import in_blocks
from webapp.runs.purposes import GRADED
from webapp.runs.states import GenerationStatus

SEARCHED = in_blocks("output", "answer_id")
SEARCHABLE = Q(status=GenerationStatus.DONE.value, purpose__in=GRADED, answer__isnull=False)

"""Reviews as files."""

from django.http import StreamingHttpResponse
from django.views.decorators.http import require_safe

from webapp.accounts.middleware import TeamRequest
from webapp.exports.streaming import download
from webapp.pages.queues.views import queue_or_404
from webapp.pages.shared.lookups import answering_or_404
from webapp.reviews.export import lines_of_queue, lines_of_run

KIND = "application/jsonl"


@require_safe
def of_run(request: TeamRequest, pk: int) -> StreamingHttpResponse:
    run = answering_or_404(request, pk)
    return download(lines_of_run(run, request.user), KIND, f"run-{run.pk}-reviews.jsonl")


@require_safe
def of_queue(request: TeamRequest, pk: int) -> StreamingHttpResponse:
    queue = queue_or_404(request, pk)
    content = lines_of_queue(queue, request.user)
    return download(content, KIND, f"queue-{queue.pk}-reviews.jsonl")

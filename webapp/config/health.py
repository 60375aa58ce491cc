"""Whether the web process can do its work: it answers, and reaches Postgres."""

from django.contrib.auth.decorators import login_not_required
from django.db import OperationalError
from django.http import HttpRequest, JsonResponse

from webapp.db.rows import fetched


@login_not_required
def healthz(request: HttpRequest) -> JsonResponse:
    """200 when Postgres answers, 503 otherwise."""
    try:
        fetched("SELECT 1")
    except OperationalError:
        return JsonResponse({"status": "no database"}, status=503)
    return JsonResponse({"status": "ok"})

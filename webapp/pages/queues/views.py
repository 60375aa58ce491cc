"""Queues: all of them, a new one, one with its progress and agreement."""

from collections.abc import Callable

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from webapp.accounts.middleware import TeamRequest
from webapp.audit.actions import Action
from webapp.audit.recording import record
from webapp.pages.queues.forms import FILTERED, AskForm, PairsForm, QueueForm
from webapp.pages.shared.addresses import key, key_param
from webapp.plural import counted
from webapp.results.filters import Filters
from webapp.reviews import making
from webapp.reviews.agreed import agreed_of, dividing, said_in
from webapp.reviews.making import Choice, QueueRefused
from webapp.reviews.models import Queue
from webapp.reviews.progress import mine, progress_of, progress_of_each, shares
from webapp.runs.models import Run

SHOWN = 100  # queues


@require_safe
def queues(request: TeamRequest) -> HttpResponse:
    rows = Queue.objects.filter(team=request.team).select_related("created_by")
    shown = list(rows.order_by("closed", "-pk")[:SHOWN])
    asked = set(request.user.queues.values_list("pk", flat=True))
    progress = progress_of_each(shown)
    each = [
        {
            "queue": queue,
            "progress": progress[queue.pk],
            "mine": mine(queue, request.user, progress[queue.pk]) if queue.pk in asked else None,
        }
        for queue in shown
    ]
    return render(request, "queues/list.html", {"each": each, "most": SHOWN})


@require_http_methods(["GET", "HEAD", "POST"])
def new_queue(request: TeamRequest) -> HttpResponse:
    """Of a run, of several, of what a filter shows, or of what two runs answered differently."""
    data = request.POST if request.method == "POST" else None
    runs = _runs(request)
    if key_param(request.GET, "first") is not None:
        return _new_pairs(request, runs)
    filters = Filters.of(request.GET)
    is_filtered = filters.asks and len(runs) == 1
    initial = {"runs": [run.pk for run in runs], "what": FILTERED if is_filtered else Choice.LOST}
    form = QueueForm(data, team=request.team, is_filtered=is_filtered, initial=initial)
    if form.is_valid():
        given = form.cleaned_data
        chosen = list(given["runs"])
        if given["what"] == FILTERED:
            run = runs[0]
            chosen = [run]
            rows = filters.answers(run, request.user).filter(asked=True, stage=None)
            told = "filtered"
        else:
            rows = making.chosen_of(chosen, given["what"])
            told = str(Choice(given["what"]).label)
        if given["numbers"]:
            rows = making.numbered(rows, given["numbers"])
        queue = form.take(_begun(request, f"{_named(chosen)}: {told}"))
        return _made(
            request, form, lambda: making.make(queue, given["people"], rows, sample=given["sample"])
        )
    return _form(request, form)


def _new_pairs(request: TeamRequest, runs: list[Run]) -> HttpResponse:
    if len(runs) != 2:
        messages.error(request, "Choose two runs to compare: their answers make the queue.")
        return redirect("runs")
    data = request.POST if request.method == "POST" else None
    form = PairsForm(data, team=request.team)
    if form.is_valid():
        given = form.cleaned_data
        queue = form.take(_begun(request, f"{runs[0]} against {runs[1]}"))
        queue.kind = Queue.Kind.PAIRS
        return _made(
            request,
            form,
            lambda: making.make_pairs(queue, given["people"], *runs, sample=given["sample"]),
        )
    return _form(request, form, pairs=runs)


@require_safe
def queue(request: TeamRequest, pk: int) -> HttpResponse:
    found = queue_or_404(request, pk)
    is_asked = found.people.filter(pk=request.user.pk).exists()
    context = {
        "queue": found,
        "progress": (progress := progress_of(found)),
        "shares": shares(found),
        "mine": mine(found, request.user, progress) if is_asked else None,
    }
    return render(request, "queues/queue.html", context)


@require_safe
def agreement(request: TeamRequest, pk: int) -> HttpResponse:
    """A part of the queue's page: its intervals take a moment."""
    found = queue_or_404(request, pk)
    context = {
        "queue": found,
        "agreed": agreed_of(found),
        "dividing": dividing(found, said_in(found), request.user),
    }
    return render(request, "queues/_agreement.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def edit_queue(request: TeamRequest, pk: int) -> HttpResponse:
    found = queue_or_404(request, pk)
    initial = {
        name: getattr(found, name) for name in ("name", "instructions", "deadline", "minutes")
    }
    initial |= {
        "people": [str(key) for key in found.people.values_list("pk", flat=True)],
        "adjudicator": str(found.adjudicator_id or ""),
    }
    data = request.POST if request.method == "POST" else None
    form = AskForm(data, team=request.team, initial=initial)
    if form.is_valid():
        with transaction.atomic():
            Queue.objects.select_for_update().get(pk=found.pk)
            form.take(found).save(update_fields=form.taken)
            making.ask(found, form.cleaned_data["people"], request.user)
            record(Action.QUEUE_CHANGED, found, changed=form.changed_data)
        messages.success(request, f"The queue {found} is changed.")
        return redirect(found)
    context = {"form": form, "queue": found}
    return render(request, "queues/edit.html", context, status=422 if form.is_bound else 200)


@require_POST
def close_queue(request: TeamRequest, pk: int) -> HttpResponse:
    """Or open it again; nothing that was said is lost."""
    found = queue_or_404(request, pk)
    found.closed = None if request.POST.get("closed") == "0" else timezone.now()
    with transaction.atomic():
        found.save(update_fields=["closed"])
        record(Action.QUEUE_CLOSED if found.closed else Action.QUEUE_OPENED, found)
    told = "closed: nobody is asked any more" if found.closed else "open again"
    messages.success(request, f"The queue {found} is {told}.")
    return redirect(found)


def queue_or_404(request: TeamRequest, pk: int) -> Queue:
    rows = Queue.objects.select_related("team", "created_by", "adjudicator")
    return get_object_or_404(rows, pk=pk, team=request.team)


def _runs(request: TeamRequest) -> list[Run]:
    """Those that the address names, in its order: `?run=`, or `?first=` and `?second=`."""
    named = [request.GET.get("first", ""), request.GET.get("second", "")]
    texts = [*named, *request.GET.getlist("run")]
    keys = [found for text in texts if (found := key(text)) is not None]
    rows = Run.objects.filter(team=request.team, kind=Run.Kind.ANSWER).in_bulk(keys)
    return [rows[pk] for pk in dict.fromkeys(keys) if pk in rows]


def _named(runs: list[Run]) -> str:
    return ", ".join(map(str, runs[:5])) + (f" and {len(runs) - 5} more" if len(runs) > 5 else "")


def _begun(request: TeamRequest, source: str) -> Queue:
    return Queue(team=request.team, created_by=request.user, source=source[:300])


def _made(request: TeamRequest, form: AskForm, make: Callable[[], Queue]) -> HttpResponse:
    try:
        queue = make()
    except QueueRefused as refused:
        form.add_error(None, str(refused))
        return _form(request, form)
    messages.success(request, f"The queue {queue} has {counted(queue.items.count(), 'item')}.")
    return redirect(queue)


def _form(request: TeamRequest, form: AskForm, pairs: list[Run] | None = None) -> HttpResponse:
    status = 422 if form.is_bound else 200
    return render(request, "queues/new.html", {"form": form, "pairs": pairs}, status=status)

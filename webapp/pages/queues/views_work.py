"""Working through a queue: one item after another, as they are handed out."""

import hashlib
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from moe_core.values import Purpose
from webapp.accounts.middleware import TeamRequest
from webapp.accounts.models import User
from webapp.pages.answer.review_forms import ReviewForm
from webapp.pages.queues.forms import ChoiceForm
from webapp.pages.queues.views import queue_or_404
from webapp.pages.shared.text import lettered
from webapp.pages.shared.written import Reading, readings, rounds_of
from webapp.reviews import handing_out
from webapp.reviews.models import Handout, Item, Queue, Review
from webapp.reviews.progress import mine, progress_of
from webapp.reviews.reading import waiting_blind
from webapp.reviews.saying import Said, Stale, stamp_of
from webapp.reviews.verdicts import given_in, in_words, titles_of
from webapp.runs.models import Answer

SWAPPED = {"first": "second", "second": "first"}
NOT_COUNTED = (
    "Others have this item by now, or the queue is closed: what you said does not count for the"
    " queue. A review stands all the same; a choice between two is not kept."
)


View = Callable[..., HttpResponse]


def for_the_asked(view: View) -> View:
    """A view of a queue, for the people who are asked in it; others are led to its page."""

    @wraps(view)
    def asked(request: TeamRequest, pk: int, **keys: int) -> HttpResponse:
        queue = queue_or_404(request, pk)
        if queue.people.filter(pk=request.user.pk).exists():
            return view(request, queue, **keys)
        messages.error(
            request, f"You are not asked in the queue {queue}: whoever may edit it can add you."
        )
        return redirect(queue)

    return asked


@require_POST
@for_the_asked
def next_item(request: TeamRequest, queue: Queue) -> HttpResponse:
    """On to what a person reviews next."""
    return _on(queue, request)


@require_http_methods(["GET", "HEAD", "POST"])
@for_the_asked
def item(request: TeamRequest, queue: Queue, item_pk: int) -> HttpResponse:
    found = _item(queue, item_pk)
    if request.method == "POST":
        return _choose(request, found) if _is_pair(queue) else _review(request, found)
    return _page(request, found)


@require_POST
@for_the_asked
def skip(request: TeamRequest, queue: Queue, item_pk: int) -> HttpResponse:
    handing_out.skip(get_object_or_404(Handout, item=_item(queue, item_pk), person=request.user))
    return _on(queue, request)


@require_POST
@for_the_asked
def keep(request: TeamRequest, queue: Queue, item_pk: int) -> HttpResponse:
    """The page says now and then that its person is still there."""
    rows = Handout.objects.select_related("item__queue", "person")
    handing_out.keep(get_object_or_404(rows, item=_item(queue, item_pk), person=request.user))
    return HttpResponse(status=204)


def _review(request: TeamRequest, item: Item) -> HttpResponse:
    answer = item.answer
    form = ReviewForm(request.POST, answer=answer, kinds=given_in(request.team))
    if not form.is_valid():
        return _page(request, item, form=form, status=422)
    titles = titles_of(request.team)
    try:
        counts = handing_out.finish(item, request.user, form.said, seen=form.read)
    except Stale as stale:
        form = form.again(stamp_of(answer, request.user))
        said = in_words(stale.now.verdicts if stale.now else [], titles)
        return _page(request, item, form=form, status=409, stale=stale, stale_said=said)
    return _told(request, item, in_words(form.said.verdicts, titles), counts)


def _choose(request: TeamRequest, item: Item) -> HttpResponse:
    form = ChoiceForm(request.POST)
    if not form.is_valid():
        return _page(request, item, form=form, status=422)
    shown = form.cleaned_data["choice"]
    choice = SWAPPED.get(shown, shown) if _is_swapped(item, request.user) else shown
    note = form.cleaned_data["note"]
    counts = handing_out.finish(item, request.user, choice=choice, note=note)
    return _told(request, item, dict(ChoiceForm.TITLES)[shown], counts)


def _told(request: TeamRequest, item: Item, said: str, counts: bool) -> HttpResponse:
    """On, with a way back to what was just said."""
    if counts:
        last = {"queue": item.queue_id, "item": item.pk, "said": said}
        request.session["last_item"] = last
    else:
        messages.warning(request, NOT_COUNTED)
    return _on(item.queue, request)


def _on(queue: Queue, request: TeamRequest) -> HttpResponse:
    if (handout := handing_out.next_item(queue, request.user)) is None:
        return redirect("queue", queue.pk)
    return redirect("queue-item", queue.pk, handout.item_id)


def _item(queue: Queue, pk: int) -> Item:
    rows = Item.objects.select_related(
        "answer__question", "answer__run__team", "other__question", "other__run__team"
    )
    found = get_object_or_404(rows, pk=pk, queue=queue)
    found.queue = queue
    return found


def _is_pair(queue: Queue) -> bool:
    return queue.kind == Queue.Kind.PAIRS


def _is_swapped(item: Item, person: User) -> bool:
    """Half of the people see the second answer first, so that the place says nothing."""
    drawn = hashlib.sha256(f"{item.pk}/{person.pk}".encode()).digest()
    return drawn[0] % 2 == 1


def _page(
    request: TeamRequest, item: Item, *, form: Any = None, status: int = 200, **more: Any
) -> HttpResponse:
    """An item that its reader has, or may have; else that it is taken."""
    queue, answer = item.queue, item.answer
    if (handout := handing_out.hold(item, request.user)) is None:
        return render(request, "queues/taken.html", {"queue": queue})
    answer.run.give_golds([answer.question])  # those by which it is graded
    last = request.session.get("last_item") or {}
    context = {
        "queue": queue,
        "item": item,
        "handout": handout,
        "hidden": bool(waiting_blind([a for a in (answer, item.other) if a], request.user)),
        "mine": mine(queue, request.user, progress_of(queue)),
        "question": answer.question,
        "options": lettered(answer.question.options),
        "last": last if last.get("queue") == queue.pk and last["item"] != item.pk else None,
        **more,
    }
    if _is_pair(queue):
        sides = [_side(answer), _side(item.other)]
        swapped = _is_swapped(item, request.user)
        context["sides"] = sides[::-1] if swapped else sides
        choice = SWAPPED.get(handout.choice, handout.choice) if swapped else handout.choice
        context["form"] = form or ChoiceForm(initial={"choice": choice, "note": handout.note})
        return render(request, "queues/pair.html", context, status=status)
    context |= _side(answer)
    own = Review.objects.filter(answer=answer, person=request.user, is_ruling=False).first()
    context["form"] = form or ReviewForm(
        answer=answer,
        kinds=given_in(request.team),
        initial=Said.of(own) if own else None,
        seen=stamp_of(answer, request.user),
    )
    return render(request, "queues/item.html", context, status=status)


def _side(answer: Answer | None) -> dict[str, Any]:
    """An answer, and what it was made of."""
    if answer is None:
        return {}
    written = readings(answer)
    rounds = rounds_of(written)
    responses: list[Reading] = rounds[-1] if rounds else []
    return {
        "answer": answer,
        "run": answer.run,
        "responses": responses,
        "aggregations": written[Purpose.AGGREGATE.value],
    }

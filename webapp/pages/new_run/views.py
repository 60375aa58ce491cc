"""A new run: its form, the routing before anything is generated, and saved settings."""

from collections.abc import Iterable
from typing import Any, TypeVar

from django.contrib import messages
from django.db import transaction
from django.db.models import Model, QuerySet
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from moe_core.aggregation import WRITERS
from moe_core.methods import METHODS
from webapp.accounts.middleware import TeamRequest
from webapp.audit.actions import Action
from webapp.audit.recording import record
from webapp.execution.errors import RunRefused
from webapp.execution.settings import settings_of
from webapp.execution.start import draft_run, submit_run
from webapp.experts.models import Expert, Pool
from webapp.findings.pools.ways import SETTINGS
from webapp.keeping.kinds import KeepingRefused
from webapp.keeping.naming import rename
from webapp.pages.new_run.forms import COMPARATORS, OWN, PresetForm, RunForm
from webapp.pages.new_run.offers import offers_of
from webapp.pages.new_run.routing import routing_of
from webapp.pages.profiles.curve import Curve, curve_of
from webapp.pages.shared.addresses import key, key_param, text_param
from webapp.pages.shared.findings import when_found
from webapp.planning import previews
from webapp.questions.models import QuestionSet
from webapp.runs.lookups import newest_profile
from webapp.runs.models import Preset, Preview, Profile, Run

Row = TypeVar("Row", bound=Model)
# Fields that an address may fill in; one that names a writer means settings of one's own.
NAMED = ("pool", "question_set", "profile", *SETTINGS)


@require_http_methods(["GET", "HEAD", "POST"])
def new_run(request: TeamRequest) -> HttpResponse:
    """The form, filled in as the address says; sent, it starts, shows or saves."""
    if request.method == "POST":
        return _sent(request)
    preset = _named(request, "preset", Preset.objects.filter(team=request.team))
    preview = _named(request, "preview", Preview.objects.filter(team=request.team))
    runs = Run.objects.filter(team=request.team, kind=Run.Kind.ANSWER)
    if kept := preview or preset:
        first = kept.settings
    elif like := _named(request, "like", runs):
        first = settings_of(like)
    else:
        first = {name: request.GET[name] for name in NAMED if name in request.GET}
    form = RunForm(team=request.team, initial=first)
    is_given = preview or preset or "like" in request.GET or "writer" in request.GET
    offer = text_param(request.GET, "offer") if is_given else None
    shown = {"preset": preset, **_offers(form, offer), **_shown(request, preview)}
    return _page(request, form, PresetForm(), shown)


@require_safe
def offers(request: TeamRequest) -> HttpResponse:
    """The presets for the pool and the set that are chosen; asked for again until they are told."""
    has_chosen = "offer" in request.GET and "preselected" not in request.GET
    offer = text_param(request.GET, "offer") if has_chosen else None
    context = _offers(_given(request), offer)
    if "waits" in request.GET and context["offers"].waits:
        return HttpResponse(status=204)  # the page keeps what it shows
    return render(request, "new_run/_offers.html", context)


@require_safe
def curve(request: TeamRequest) -> HttpResponse:
    """The chart of seats, asked for again until it is there."""
    found = _curve(_given(request))
    finding = found.finding if found else None
    return when_found(request, "profiles/_curve.html", {"curve": found}, finding)


@require_safe
def curve_figure(request: TeamRequest) -> JsonResponse:
    """Accuracy against generations, each point with the address that fills in its settings."""
    if (found := _curve(_given(request))) is None:
        raise Http404
    return JsonResponse(found.figure(opens=request.may.edit))


@require_safe
def routing(request: TeamRequest, pk: int) -> HttpResponse:
    """The part of the page that is asked for again until the routing is there."""
    preview = get_object_or_404(Preview, pk=pk, team=request.team)
    if not preview.ready:
        return HttpResponse(status=204)  # the page keeps what it shows
    return render(request, "new_run/_routing.html", _shown(request, preview))


@require_POST
def rename_preset(request: TeamRequest, pk: int) -> HttpResponse:
    preset = get_object_or_404(Preset, pk=pk, team=request.team)
    try:
        rename(preset, request.POST.get("name", ""), request.user)
    except KeepingRefused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, f"The preset is called {preset} now.")
    return redirect(_address(preset=preset.pk))


@require_POST
def delete_preset(request: TeamRequest, pk: int) -> HttpResponse:
    preset = get_object_or_404(Preset, pk=pk, team=request.team)
    with transaction.atomic():
        record(Action.PRESET_DELETED, preset)
        preset.delete()
    messages.success(request, f"The preset {preset} is deleted.")
    return redirect("run-new")


def _sent(request: TeamRequest) -> HttpResponse:
    form, naming = RunForm(request.POST, team=request.team), PresetForm()
    if form.is_valid():
        try:
            match request.POST.get("act"):
                case "show":
                    return _show(request, form)
                case "save":
                    naming = PresetForm(request.POST)
                    if saved := _saved(request, form, naming):
                        messages.success(request, f"The preset {saved} is saved.")
                        return redirect(_address(preset=saved.pk))
                case _:
                    return redirect(_started(request, form))
        except RunRefused as refused:
            form.add_error(None, str(refused))
    before = key_param(request.POST, "before")  # the routing that the page shows stays
    preview = Preview.objects.filter(team=request.team, pk=before or 0).first()
    shown = _offers(form, text_param(request.POST, "offer")) | _shown(request, preview)
    return _page(request, form, naming, shown, status=422)


def _started(request: TeamRequest, form: RunForm) -> Run:
    """Raises RunRefused."""
    title = form.cleaned_data["title"]
    return submit_run(request.team, request.user, title=title, **form.chosen())


def _show(request: TeamRequest, form: RunForm) -> HttpResponse:
    """Raises RunRefused, as starting would."""
    run = draft_run(request.team, request.user, **form.chosen())
    preview = previews.ask(request.team, request.user, form.settings(), run)
    before = request.POST.get("before", "")
    told: dict[str, int | str] = {"preview": preview.pk}
    if before not in ("", str(preview.pk)):
        told["before"] = before
    if offer := text_param(request.POST, "offer"):
        told["offer"] = offer
    return redirect(_address(**told))


def _saved(request: TeamRequest, form: RunForm, naming: PresetForm) -> Preset | None:
    if not naming.is_valid():
        return None
    name = naming.cleaned_data["name"]
    given = {"settings": form.settings(), "created_by": request.user}
    with transaction.atomic():
        preset, is_new = Preset.objects.get_or_create(team=request.team, name=name, defaults=given)
        if is_new:
            record(Action.PRESET_SAVED, preset)
    if is_new:
        return preset
    naming.add_error("name", f"There is a preset {name}: take another name, or delete that first.")
    return None


def _page(
    request: TeamRequest,
    form: RunForm,
    naming: PresetForm,
    shown: dict[str, Any],
    status: int = 200,
) -> HttpResponse:
    left_out = _keys(form["left_out"].value() or [])
    context = {
        "form": form,
        "naming": naming,
        "methods": METHODS.values(),
        "recruiters": OWN,
        "comparators": COMPARATORS,
        "writers": WRITERS.values(),
        "presets": Preset.objects.filter(team=request.team),
        "left_out": Expert.objects.of(request.team).filter(pk__in=left_out),
        "has_pool": Pool.objects.filter(team=request.team, archived=None).exists(),
        "has_set": QuestionSet.objects.filter(team=request.team, archived=None).exists(),
        **shown,
    }
    return render(request, "new_run/new.html", context, status=status)


def _offers(form: RunForm, offer: str | None) -> dict[str, Any]:
    """What can be chosen of the pool and the set that a form names; `offer` None: the best."""
    pool, questions = form.named("pool"), form.named("question_set")
    offers = offers_of(pool, _profile(form), questions, offer)
    return {"pool": pool, "offers": offers, "curve": _curve(form)}


def _curve(form: RunForm) -> Curve | None:
    """What more seats are worth for the pool that a form names; each point keeps what it names."""
    given = {name: form.named(name) for name in ("pool", "question_set", "profile")}
    return curve_of(_profile(form), {name: str(row.pk) for name, row in given.items() if row})


def _profile(form: RunForm) -> Profile | None:
    """That which a form names, or the newest of its pool."""
    pool = form.named("pool")
    profile: Profile | None = form.named("profile")
    return newest_profile(pool) if profile is None and pool is not None else profile


def _given(request: TeamRequest) -> RunForm:
    """The form, filled in with what is chosen beside it."""
    given = {name: request.GET.get(name, "") for name in ("pool", "question_set", "profile")}
    return RunForm(team=request.team, initial=given)


def _shown(request: TeamRequest, preview: Preview | None) -> dict[str, Any]:
    """A preview with its routing, and that of the one before, where they are ready."""
    if preview is None:
        return {}
    ready = Preview.objects.filter(team=request.team, ready=True, problem="")
    old = ready.filter(pk=key_param(request.GET, "before") or 0).exclude(pk=preview.pk).first()
    before = routing_of(old) if old else None
    has_routing = preview.ready and not preview.problem
    posted = request.method == "POST"
    ticked = request.POST.getlist("left_out") if posted else preview.settings["left_out"]
    return {
        "ticked": _keys(ticked),
        "preview": preview,
        "before": before,
        "before_key": old.pk if old else None,
        "routing": routing_of(preview, before) if has_routing else None,
    }


def _named(request: TeamRequest, name: str, rows: QuerySet[Row]) -> Row | None:
    """What the address names; nothing where it says nonsense, Http404 where it is not there."""
    pk = key_param(request.GET, name)
    return None if pk is None else get_object_or_404(rows, pk=pk)


def _keys(given: Iterable[object]) -> set[int]:
    """Those that are keys."""
    return {pk for one in given if (pk := key(str(one))) is not None}


def _address(**named: int | str) -> str:
    return f"{reverse('run-new')}?{urlencode(named)}"

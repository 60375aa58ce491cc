"""A person's own things: name, password, tokens, sessions, and the team that they look at."""

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from webapp.accounts.middleware import TeamRequest
from webapp.accounts.models import Token
from webapp.accounts.rights import scopes_for
from webapp.accounts.sessions import end_others
from webapp.pages.people.forms import NameForm, PasswordForm, TokenForm, WelcomeForm
from webapp.pages.shared.addresses import key_param, next_param


@require_http_methods(["GET", "HEAD", "POST"])
def me(request: TeamRequest) -> HttpResponse:
    form = NameForm(request.POST if request.method == "POST" else None, user=request.user)
    if form.is_valid():
        form.save()
        messages.success(request, f"Others see you as {request.user}.")
        return redirect("me")
    return _page(request, name_form=form)


@require_POST
def password(request: TeamRequest) -> HttpResponse:
    form = PasswordForm(request.user, request.POST)
    if not form.is_valid():
        return _page(request, password_form=form)
    form.save()
    update_session_auth_hash(request, form.user)  # this one session goes on
    messages.success(request, "Your password is changed, and you are signed out everywhere else.")
    return redirect("me")


@require_POST
def tokens(request: TeamRequest) -> HttpResponse:
    form = TokenForm(request.POST, scopes=scopes_for(request.membership))
    if not form.is_valid():
        return _page(request, token_form=form)
    given = form.cleaned_data
    _, text = Token.create(
        request.user,
        given["name"],
        team=request.team,
        scopes=given["scopes"],
        days=given["days"],
    )
    return _page(request, new_token=text)


@require_POST
def revoke(request: TeamRequest, pk: int) -> HttpResponse:
    token = get_object_or_404(Token, pk=pk, user=request.user)
    token.revoke()
    messages.success(request, f"The token “{token}” is revoked: it is refused from now on.")
    return redirect("me")


@require_POST
def sessions(request: TeamRequest) -> HttpResponse:
    ended = end_others(request)
    others = "1 other session was" if ended == 1 else f"{ended} other sessions were"
    messages.success(request, f"{others} ended. This one goes on.")
    return redirect("me")


@require_POST
def switch(request: TeamRequest) -> HttpResponse:
    """To another of their teams."""
    rows = request.user.memberships.select_related("team")
    chosen = rows.filter(team=key_param(request.POST, "team")).first()
    if chosen is None:
        messages.error(request, "You are not in that team: choose one of yours.")
        return redirect("home")
    request.user.team = chosen.team
    request.user.save(update_fields=["team"])
    messages.info(request, f"You look at {chosen.team} now.")
    return redirect("home")


@require_http_methods(["GET", "HEAD", "POST"])
def welcome(request: TeamRequest) -> HttpResponse:
    """For the one who signed in with the password that was printed, once."""
    onward = next_param(request)
    if not request.user.is_new:
        return redirect(onward)
    data = request.POST if request.method == "POST" else None
    form = WelcomeForm(data, user=request.user, team=request.team, names_team=request.may.manage)
    if form.is_valid():
        form.save()
        update_session_auth_hash(request, request.user)
        messages.success(
            request,
            f"Welcome, {request.user}. You still sign in as {request.user.username}, with your"
            " new password.",
        )
        return redirect(onward)
    status = 422 if form.is_bound else 200
    context = {"form": form, "onward": onward}
    return render(request, "people/welcome.html", context, status=status)


def _page(request: TeamRequest, **shown: object) -> HttpResponse:
    scopes = scopes_for(request.membership)
    context = {
        "name_form": NameForm(user=request.user),
        "password_form": PasswordForm(request.user),
        "token_form": TokenForm(scopes=scopes),
        "tokens": request.user.tokens.select_related("team").order_by("-pk"),
        "memberships": request.user.memberships.select_related("team").order_by("team__name"),
        "api": reverse("api:openapi-view"),
    } | shown
    is_wrong = any(getattr(form, "errors", None) for form in shown.values())
    return render(request, "people/me.html", context, status=422 if is_wrong else 200)

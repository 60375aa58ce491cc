"""A person's own things: name, how pages look, tokens, and the team that they look at."""

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from webapp.accounts.middleware import TeamRequest
from webapp.accounts.models import Scope, Token
from webapp.accounts.rights import scopes_for
from webapp.pages.people.forms import DisplayForm, NameForm, NoticesForm, TokenForm, WelcomeForm
from webapp.pages.people.page import profile_page
from webapp.pages.shared.addresses import key_param, next_param


@require_http_methods(["GET", "HEAD", "POST"])
def me(request: TeamRequest) -> HttpResponse:
    form = NameForm(request.POST if request.method == "POST" else None, user=request.user)
    if form.is_valid():
        form.save()
        messages.success(request, f"Others see you as {request.user}.")
        return redirect("me")
    return profile_page(request, name_form=form)


@require_POST
def display(request: TeamRequest) -> HttpResponse:
    """A script sends the theme alone, from any page."""
    form = DisplayForm(request.POST, instance=request.user)
    if "time_zone" not in request.POST:
        del form.fields["time_zone"]
    if not form.is_valid():
        return profile_page(request, display_form=form)
    form.save()
    if "time_zone" in form.fields:
        messages.success(request, "Pages look as you chose.")
    return redirect("me")


@require_POST
def notices(request: TeamRequest) -> HttpResponse:
    """Whether they are sent by e-mail, too."""
    NoticesForm(request.POST, instance=request.user).save()
    told = "are sent to you" if request.user.mails else "are not sent to you any more"
    messages.success(request, f"Notices {told}.")
    return redirect("me")


def _asks_for_much(request: HttpRequest) -> bool:
    return Scope.ADMIN.value in request.POST.getlist("scopes")


@require_POST
@reauthentication_required(app="allauth.account", enabled=_asks_for_much)  # type: ignore[untyped-decorator]
def tokens(request: TeamRequest) -> HttpResponse:
    form = TokenForm(request.POST, scopes=scopes_for(request.membership))
    if not form.is_valid():
        return profile_page(request, token_form=form)
    given = form.cleaned_data
    _, text = Token.create(
        request.user,
        given["name"],
        team=request.team,
        scopes=given["scopes"],
        days=given["days"],
    )
    return profile_page(request, new_token=text)


@require_POST
def revoke(request: TeamRequest, pk: int) -> HttpResponse:
    token = get_object_or_404(Token, pk=pk, user=request.user)
    token.revoke()
    messages.success(request, f"The token “{token}” is revoked: it is refused from now on.")
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

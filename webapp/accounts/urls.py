"""Signing in and out."""

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import LoginView, LogoutView
from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse

from webapp.accounts.models import User


class SignIn(LoginView):
    template_name = "accounts/sign_in.html"

    def get(self, request: HttpRequest, *args: object, **options: object) -> HttpResponse:
        """A part of a page that was asked for after the session had ended: no part shows a form,
        so the whole page is asked for again, and that leads here."""
        if request.headers.get("HX-Request"):
            return HttpResponse(headers={"HX-Refresh": "true"})
        return super().get(request, *args, **options)

    def get_success_url(self) -> str:
        """Whoever has a printed password is led to choose their own, and on from there."""
        user, onward = self.request.user, super().get_success_url()
        if isinstance(user, User) and user.is_new:
            return reverse("welcome", query={"next": onward})
        return onward


urlpatterns = [
    path("sign-in", login_not_required(SignIn.as_view()), name="login"),
    path("sign-out", LogoutView.as_view(), name="logout"),
]

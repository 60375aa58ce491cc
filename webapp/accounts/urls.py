"""Signing in and out, and what is asked for it.

allauth finds its pages by the names that it has for them: those that the product has are here, and
no others.
"""

from allauth.account.views import (
    ConfirmEmailView,
    PasswordResetDoneView,
    ReauthenticateView,
)
from django.contrib.auth.views import LogoutView
from django.urls import path, re_path

from webapp.accounts import providers, views

urlpatterns = [
    path("sign-in", views.SignIn.as_view(), name="login"),
    path("sign-in", views.SignIn.as_view(), name="account_login"),
    path("sign-out", LogoutView.as_view(), name="logout"),
    #
    path("sign-in/with/<str:provider_id>", providers.to_provider, name="openid_connect_login"),
    path(
        "sign-in/with/<str:provider_id>/callback",
        providers.from_provider,
        name="openid_connect_callback",
    ),
    path("me/connections", providers.Connections.as_view(), name="socialaccount_connections"),
    #
    path("sign-in/forgotten", views.Forgotten.as_view(), name="account_reset_password"),
    path(
        "sign-in/forgotten/sent",
        PasswordResetDoneView.as_view(template_name="accounts/forgotten_sent.html"),
        name="account_reset_password_done",
    ),
    re_path(
        r"^sign-in/forgotten/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)$",
        views.NewPassword.as_view(),
        name="account_reset_password_from_key",
    ),
    path("new-password/<str:secret>", views.new_password_by_link, name="reset"),
    path(
        "sign-in/again",
        ReauthenticateView.as_view(template_name="accounts/again.html"),
        name="account_reauthenticate",
    ),
    #
    path("me/email", views.Email.as_view(), name="account_email"),
    path(
        "sign-in/email/<str:key>",
        ConfirmEmailView.as_view(template_name="accounts/email_confirm.html"),
        name="account_confirm_email",
    ),
]

"""Signing in and out, and what is asked for it.

allauth finds its pages by the names that it has for them: those that the product has are here, and
no others. What changes something is atomic, so that the log tells of it in the same transaction.
"""

from allauth.account.views import (
    ConfirmEmailView,
    PasswordResetDoneView,
    ReauthenticateView,
)
from allauth.mfa.base.views import AuthenticateView
from allauth.mfa.base.views import ReauthenticateView as ReauthenticateByCode
from allauth.mfa.recovery_codes.views import GenerateRecoveryCodesView, ViewRecoveryCodesView
from allauth.mfa.totp.views import ActivateTOTPView, DeactivateTOTPView
from allauth.mfa.webauthn.views import (
    AddWebAuthnView,
    LoginWebAuthnView,
    ReauthenticateWebAuthnView,
)
from django.db.transaction import atomic
from django.urls import path, re_path
from django.views.generic import RedirectView

from webapp.accounts import providers, views

urlpatterns = [
    path("sign-in", views.SignIn.as_view(), name="login"),
    path("sign-in", views.SignIn.as_view(), name="account_login"),
    path("sign-out", views.SignOut.as_view(), name="logout"),
    #
    path("sign-in/with/<str:provider_id>", providers.to_provider, name="openid_connect_login"),
    path(
        "sign-in/with/<str:provider_id>/callback",
        atomic(providers.from_provider),
        name="openid_connect_callback",
    ),
    path(
        "me/connections", atomic(providers.Connections.as_view()), name="socialaccount_connections"
    ),
    #
    path("sign-in/forgotten", views.Forgotten.as_view(), name="account_reset_password"),
    path(
        "sign-in/forgotten/sent",
        PasswordResetDoneView.as_view(template_name="accounts/forgotten_sent.html"),
        name="account_reset_password_done",
    ),
    path(
        "sign-in/second-factor",
        AuthenticateView.as_view(template_name="accounts/second_factor.html"),
        name="mfa_authenticate",
    ),
    path("sign-in/passkey", LoginWebAuthnView.as_view(), name="mfa_login_webauthn"),
    #
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
    path(
        "sign-in/again/code",
        ReauthenticateByCode.as_view(template_name="accounts/again.html"),
        name="mfa_reauthenticate",
    ),
    path(
        "sign-in/again/passkey",
        ReauthenticateWebAuthnView.as_view(template_name="accounts/again_passkey.html"),
        name="mfa_reauthenticate_webauthn",
    ),
    #
    path("me/second-factors", RedirectView.as_view(pattern_name="me"), name="mfa_index"),
    path(
        "me/app",
        atomic(ActivateTOTPView.as_view(template_name="accounts/app_add.html")),
        name="mfa_activate_totp",
    ),
    path(
        "me/app/remove",
        atomic(DeactivateTOTPView.as_view(template_name="accounts/app_remove.html")),
        name="mfa_deactivate_totp",
    ),
    path(
        "me/passkeys/add",
        atomic(AddWebAuthnView.as_view(template_name="accounts/passkey_add.html")),
        name="mfa_add_webauthn",
    ),
    path(
        "me/passkeys/<int:pk>/remove",
        atomic(views.RemovePasskey.as_view()),
        name="mfa_remove_webauthn",
    ),
    path(
        "me/recovery-codes",
        ViewRecoveryCodesView.as_view(template_name="accounts/recovery_codes.html"),
        name="mfa_view_recovery_codes",
    ),
    path(
        "me/recovery-codes/new",
        atomic(GenerateRecoveryCodesView.as_view(template_name="accounts/recovery_codes_new.html")),
        name="mfa_generate_recovery_codes",
    ),
    path("me/email", atomic(views.Email.as_view()), name="account_email"),
    path(
        "sign-in/email/<str:key>",
        atomic(ConfirmEmailView.as_view(template_name="accounts/email_confirm.html")),
        name="account_confirm_email",
    ),
]

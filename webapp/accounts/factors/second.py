"""What somebody has set up to show who they are, beside a password: an app's codes, passkeys, and
recovery codes for when these are lost."""

import ipaddress
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from allauth.mfa.models import Authenticator
from django.http import HttpRequest

from webapp.accounts.models import User


@dataclass(frozen=True)
class SecondFactors:
    app: Authenticator | None
    passkeys: tuple[Any, ...]  # Authenticators with their names
    codes_left: int | None  # None where there are none to have


def second_factors_of(user: User) -> SecondFactors:
    kinds = Authenticator.Type
    found = list(Authenticator.objects.filter(user=user).order_by("pk"))
    codes = next((one.wrap() for one in found if one.type == kinds.RECOVERY_CODES), None)
    return SecondFactors(
        app=next((one for one in found if one.type == kinds.TOTP), None),
        passkeys=tuple(one.wrap() for one in found if one.type == kinds.WEBAUTHN),
        codes_left=None if codes is None else len(codes.get_unused_codes()),
    )


def passkeys_work(request: HttpRequest) -> bool:
    """Browsers have them for a name that is reached by TLS, and for localhost."""
    host = urlsplit(f"//{request.get_host()}").hostname or ""
    if host == "localhost":
        return True
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return request.is_secure()
    return False

"""Secrets that have to be read again, and are stored so that the database alone does not tell them.

The key comes from the installation's secret key.
"""

import base64
import secrets

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.utils.crypto import salted_hmac

RANDOM_BYTES = 20


def seal(text: str) -> str:
    return _fernet().encrypt(text.encode()).decode()


def unseal(sealed: str) -> str:
    """What another secret key has sealed opens to what nobody knows, base32 as codes' secrets are:
    then no code is right, and `forget_second_factors` helps."""
    try:
        return _fernet().decrypt(sealed.encode()).decode()
    except InvalidToken:
        return base64.b32encode(secrets.token_bytes(RANDOM_BYTES)).decode()


def _fernet() -> Fernet:
    key = salted_hmac(
        "webapp.accounts.factors.sealing", "", settings.SECRET_KEY, algorithm="sha256"
    )
    return Fernet(base64.urlsafe_b64encode(key.digest()))

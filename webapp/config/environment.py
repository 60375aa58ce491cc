"""Settings that come from the environment, read once and refused when they make no sense."""

import ipaddress
import json
import os
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

ROOT = Path(__file__).resolve().parents[2]
SMTP_PORTS = {"starttls": 587, "tls": 465, "none": 25}


def data_folder() -> Path:
    """Where the product keeps everything: SKILLMOE_DATA, else .data in the repository."""
    return Path(os.environ.get("SKILLMOE_DATA") or ROOT / ".data").resolve()


def number(name: str, default: int) -> int:
    """A whole number from the environment. Raises ImproperlyConfigured for anything else."""
    text = os.environ.get(name)
    try:
        return default if text is None else int(text)
    except ValueError:
        raise ImproperlyConfigured(f"{name} is {text!r}: give a whole number") from None


def arriving(folder: Path) -> Path | None:
    """Where files are put while they are sent: on the disk on which they will be kept. None: it
    cannot be made, and they go where the system's temporary files go."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError:
        return None
    return folder


def first_number(name: str) -> int:
    """The first whole number of a list, as other programs take it; 0 where there is none."""
    first = os.environ.get(name, "").partition(",")[0].strip()
    return int(first) if first.isdecimal() else 0


def path(name: str) -> str:
    """A file or folder, absolute; empty when the setting is. Raises ImproperlyConfigured."""
    text = os.environ.get(name, "")
    if text and not Path(text).exists():
        raise ImproperlyConfigured(f"{name} is {text!r}, which is not there: give a file or folder")
    return str(Path(text).resolve()) if text else ""


def flag(name: str, default: bool) -> bool:
    """On (1, true, yes) or off (0, false, no). Raises ImproperlyConfigured for anything else."""
    text = os.environ.get(name)
    if text is None:
        return default
    if text.lower() not in {"1", "true", "yes", "0", "false", "no"}:
        raise ImproperlyConfigured(f"{name} is {text!r}: give 1 or 0")
    return text.lower() in {"1", "true", "yes"}


def server_url(name: str, key: str) -> str:
    """DATABASE_URL or REDIS_URL; without it, the embedded server that is running now.

    Empty when neither is there: commands that need the server then say so themselves.
    """
    if url := os.environ.get(name):
        return url
    try:
        running: dict[str, str] = json.loads((data_folder() / "servers.json").read_text())
    except (OSError, ValueError):
        return ""
    return running.get(key, "")


def secret_key() -> str:
    """SKILLMOE_SECRET_KEY, else a random one kept in the data folder.

    Raises ImproperlyConfigured where somebody else's folder is closed to us.
    """
    if key := os.environ.get("SKILLMOE_SECRET_KEY"):
        return key
    try:
        return kept_key(data_folder() / "secret-key")
    except OSError as error:
        raise ImproperlyConfigured(f"{error}: set SKILLMOE_DATA to a folder of yours") from None


def kept_key(path: Path) -> str:
    """The key in the file, which is made with a new one if need be."""
    try:
        return path.read_text()
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
    key = secrets.token_urlsafe(50)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:  # another process was quicker
        return path.read_text()
    with os.fdopen(descriptor, "w") as file:
        file.write(key)
    return key


def oidc() -> list[dict[str, Any]]:
    """The provider by which people sign in, as allauth takes it; none without SKILLMOE_OIDC_ISSUER.

    Raises ImproperlyConfigured.
    """
    issuer = os.environ.get("SKILLMOE_OIDC_ISSUER", "").rstrip("/")
    if not issuer:
        return []
    address = urlsplit(issuer)
    host = address.hostname or ""
    if not host or (address.scheme != "https" and not (address.scheme == "http" and is_here(host))):
        raise ImproperlyConfigured(f"SKILLMOE_OIDC_ISSUER is {issuer!r}: give an https address")
    client = os.environ.get("SKILLMOE_OIDC_CLIENT_ID")
    if not client:
        raise ImproperlyConfigured("SKILLMOE_OIDC_ISSUER is set: set SKILLMOE_OIDC_CLIENT_ID too")
    return [
        {
            # Whom it names is known under it: another issuer's people are others.
            "provider_id": host,
            "name": os.environ.get("SKILLMOE_OIDC_NAME") or host,
            "client_id": client,
            "secret": os.environ.get("SKILLMOE_OIDC_CLIENT_SECRET", ""),
            "settings": {"server_url": issuer, "oauth_pkce_enabled": True},
        }
    ]


def is_here(host: str) -> bool:
    """Whether it is this machine."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def smtp() -> dict[str, Any]:
    """Django's settings of e-mail; the host is blank without SKILLMOE_SMTP_HOST.

    Raises ImproperlyConfigured.
    """
    host = os.environ.get("SKILLMOE_SMTP_HOST", "")
    security = os.environ.get("SKILLMOE_SMTP_SECURITY") or "starttls"
    if security not in SMTP_PORTS:
        one_of = ", ".join(SMTP_PORTS)
        raise ImproperlyConfigured(f"SKILLMOE_SMTP_SECURITY is {security!r}: give one of {one_of}")
    sender = os.environ.get("SKILLMOE_SMTP_FROM", "")
    if host and not sender:
        raise ImproperlyConfigured("SKILLMOE_SMTP_HOST is set: set SKILLMOE_SMTP_FROM too")
    return {
        "EMAIL_HOST": host,
        "EMAIL_PORT": number("SKILLMOE_SMTP_PORT", SMTP_PORTS[security]),
        "EMAIL_HOST_USER": os.environ.get("SKILLMOE_SMTP_USER", ""),
        "EMAIL_HOST_PASSWORD": os.environ.get("SKILLMOE_SMTP_PASSWORD", ""),
        "EMAIL_USE_TLS": security == "starttls",
        "EMAIL_USE_SSL": security == "tls",
        "EMAIL_TIMEOUT": 10,  # seconds: somebody waits for the page
        "DEFAULT_FROM_EMAIL": sender,
    }

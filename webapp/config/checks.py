"""What is refused where the product is offered to others than this machine (SKILLMOE_HOSTNAME).

Django's system checks: ours, and of its own those that are decided here. `manage.py check --deploy`
shows all of them; `refused` is what keeps the product from starting.
"""

import re
from collections.abc import Iterator
from ipaddress import ip_network
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register, run_checks

LABEL = r"[a-z0-9]([a-z0-9-]*[a-z0-9])?"
NAME = re.compile(rf"{LABEL}(\.{LABEL})*(:(?P<port>[1-9][0-9]{{0,4}}))?", re.IGNORECASE)
HTTPS = 443
# In the data folder: what holds secrets, or what people have uploaded and written.
PRIVATE = (
    *("secret-key", "postgres-password", "servers.json"),
    *("postgres", "uploads", "logs", "run", "home"),
)
OTHERS = 0o077  # rights of the group and of everybody
NO_NAME, BAD_NAME, OPEN_FOLDER, BAD_PROXY = (f"skillmoe.E00{number}" for number in (1, 2, 3, 4))
# Django's own, in the words of this product's settings.
DJANGOS = {
    "security.W009": "SKILLMOE_SECRET_KEY is too short, or one that others know: set 50 random"
    " characters, or leave it out, and the product draws one.",
    "security.W018": "SKILLMOE_DEBUG shows the inside of the product to whoever meets an error:"
    " set it to 0.",
}


def is_offered() -> bool:
    return bool(settings.HOSTNAME or settings.PROXIES)


@register(Tags.security, deploy=True)
def offered_to_others(app_configs: Any, **_: Any) -> list[CheckMessage]:
    return (
        [*_of_name(), *_of_proxies(), *_of_folder(Path(settings.DATA_DIR))] if is_offered() else []
    )


def refused() -> list[str]:
    """Why the product may not be offered as it is set: a sentence each, with what to do."""
    if not is_offered():
        return []
    ours = {NO_NAME, BAD_NAME, BAD_PROXY, OPEN_FOLDER}
    found = run_checks(tags=[Tags.security], include_deployment_checks=True)
    return [
        DJANGOS.get(str(one.id), str(one.msg)) for one in found if one.id in ours | DJANGOS.keys()
    ]


def _of_name() -> Iterator[CheckMessage]:
    if not settings.HOSTNAME:
        yield Error(
            "SKILLMOE_PROXIES names proxies, but nothing says under which name they offer the"
            " product: set SKILLMOE_HOSTNAME.",
            id=NO_NAME,
        )
    elif not _is_name(settings.HOSTNAME):
        yield Error(
            f"SKILLMOE_HOSTNAME is {settings.HOSTNAME!r}: give one name, such as moe.example.org,"
            " without * or https://, and with a port only where people type one"
            " (moe.example.org:8443).",
            id=BAD_NAME,
        )


def _is_name(text: str) -> bool:
    """As browsers say it, who leave out the port of HTTPS."""
    found = NAME.fullmatch(text)
    if found is None:
        return False
    return int(found["port"] or 1) <= 65535 and found["port"] != str(HTTPS)


def _of_proxies() -> Iterator[CheckMessage]:
    """What is no address would match nobody, and * everybody: then each client names its own."""
    for part in filter(None, (part.strip() for part in settings.PROXIES.split(","))):
        try:
            ip_network(part)
        except ValueError:
            yield Error(
                f"SKILLMOE_PROXIES has {part!r}: give addresses of proxies, or their networks, such"
                " as 127.0.0.1,10.0.0.0/8.",
                id=BAD_PROXY,
            )


def _of_folder(data: Path) -> Iterator[CheckMessage]:
    """Where nobody else may enter the folder, nothing in it is open."""
    if not _is_open(data):
        return
    for name in PRIVATE:
        if _is_open(path := data / name):
            yield Error(
                f"Others on this machine may read {path}: close it with `chmod go= {path}`.",
                id=OPEN_FOLDER,
            )


def _is_open(path: Path) -> bool:
    return path.exists() and bool(path.stat().st_mode & OTHERS)

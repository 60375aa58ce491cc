"""OpenAI-compatible endpoints: a server elsewhere generates."""

import re
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from moe_core.engine import Endpoint
from webapp.experts.engines.base import EngineKind
from webapp.outbound import NotAllowed, refuse

# So that no other secret of the server can be sent anywhere.
KEY_VARIABLE = re.compile(r"([A-Z][A-Z0-9_]*_)?API_KEY")


def check_address(address: str) -> None:
    """Raises ValidationError unless it is the base of an HTTP API, without a password in it."""
    try:
        parts = urlsplit(address)
        is_one = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        is_one = False
    if not is_one or not address.isprintable() or " " in address:
        raise ValidationError("Give an address such as http://127.0.0.1:8001/v1.")
    if parts.username is not None or parts.query or parts.fragment:
        raise ValidationError("Leave out what is no address: keys come from the environment.")
    try:
        refuse(parts.hostname or "")
    except NotAllowed as error:
        raise ValidationError(f"{error}.") from None


def check_key_variable(name: str) -> None:
    """Raises ValidationError; the message does not repeat what may be a key."""
    if not KEY_VARIABLE.fullmatch(name):
        raise ValidationError(
            "Give the name of an environment variable that ends in API_KEY, never the key itself."
        )


class EndpointFields(models.Model):
    endpoint = models.CharField(
        "endpoint address",
        max_length=500,
        blank=True,
        validators=[check_address],
        help_text="Of an OpenAI-compatible server, such as http://127.0.0.1:8001/v1.",
    )
    key_variable = models.CharField(
        "name of the key's variable",
        max_length=100,
        blank=True,
        validators=[check_key_variable],
        help_text="The environment variable that holds the key, such as OPENAI_API_KEY."
        " The key itself is never stored.",
    )
    concurrency = models.PositiveSmallIntegerField(
        "requests at once",
        default=8,
        validators=[MinValueValidator(1), MaxValueValidator(256)],
    )
    timeout_seconds = models.PositiveIntegerField(
        "longest time without a token",
        default=120,
        validators=[MinValueValidator(1), MaxValueValidator(86_400)],
        help_text="In seconds, after which a request is given up: until the first token, and"
        " between two of them. A prompt that waits at a server which still writes for others is"
        " given ten times as long.",
    )

    class Meta:
        abstract = True


def _endpoint(expert: Any) -> Endpoint:
    return Endpoint(
        address=expert.endpoint,
        source=expert.source,
        key_variable=expert.key_variable,
        concurrency=expert.concurrency,
        timeout_seconds=expert.timeout_seconds,
        end_of_thinking=expert.end_of_thinking,
    )


OPENAI = EngineKind(
    "openai",
    "OpenAI-compatible endpoint",
    fields=EndpointFields,
    needed={"endpoint": "Give the server's address."},
    not_elsewhere="Only an OpenAI-compatible endpoint has this: leave it as it was.",
    fold="Of an OpenAI-compatible endpoint",
    loads=Endpoint,
    checkpoint=_endpoint,
    loader="gpu_worker.engines:openai",
)

"""Which settings belong to which engine, and what an endpoint's may be."""

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError

if TYPE_CHECKING:
    from webapp.experts.models import Expert

OF_CHECKPOINTS = (
    "revision",
    "max_model_len",
    "dtype",
    "quantization",
    "tensor_parallel_size",
    "engine_seed",
    "trust_remote_code",
)
OF_ENDPOINTS = ("endpoint", "key_variable", "concurrency", "timeout_seconds")
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


def check_key_variable(name: str) -> None:
    """Raises ValidationError; the message does not repeat what may be a key."""
    if not KEY_VARIABLE.fullmatch(name):
        raise ValidationError(
            "Give the name of an environment variable that ends in API_KEY, never the key itself."
        )


def misplaced(expert: "Expert") -> dict[str, str]:
    """Messages for the settings that the expert's engine has not, by field."""
    if expert.engine == expert.Engine.OPENAI:
        said = "The server decides this, not an endpoint's expert: leave it as it was."
        wrong = {name: said for name in OF_CHECKPOINTS if _is_set(expert, name)}
        return wrong if expert.endpoint else wrong | {"endpoint": "Give the server's address."}
    said = "Only an OpenAI-compatible endpoint has this: leave it as it was."
    return {name: said for name in OF_ENDPOINTS if _is_set(expert, name)}


def _is_set(expert: "Expert", name: str) -> bool:
    return bool(getattr(expert, name) != getattr(type(expert)(), name))

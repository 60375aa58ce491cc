"""The settings of engines as programs send and read them, taken from the fields that hold them."""

from typing import Annotated, Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from pydantic import Field

from webapp.api.fields import ANY_TEXT, OneOf
from webapp.experts.engines import OWN_SETTINGS
from webapp.experts.models import Expert


def sent() -> dict[str, Any]:
    """Name → (type, limits) of each setting that belongs to one engine."""
    return {name: _sent(Expert._meta.get_field(name)) for name in OWN_SETTINGS}


def read() -> dict[str, Any]:
    """Name → (type, …) of the same, as they are shown."""
    return {name: (_type(Expert._meta.get_field(name)), ...) for name in OWN_SETTINGS}


def _sent(field: Any) -> tuple[Any, Any]:
    told: dict[str, Any] = {"default": field.get_default(), "description": field.help_text or None}
    if field.choices:
        return Annotated[str, OneOf(value for value, _ in field.choices)], Field(**told)
    if isinstance(field, models.CharField):
        return str, Field(max_length=field.max_length, pattern=ANY_TEXT, **told)
    if isinstance(field, models.IntegerField):
        least, most = _range(field)
        return _type(field), Field(ge=least, le=most, **told)
    return _type(field), Field(**told)


def _type(field: Any) -> Any:
    if isinstance(field, models.BooleanField):
        return bool
    if isinstance(field, models.IntegerField):
        return int | None if field.null else int
    return str


def _range(field: Any) -> tuple[int, int]:
    """What the field's own validators and the column allow."""
    least = [v.limit_value for v in field.validators if isinstance(v, MinValueValidator)]
    most = [v.limit_value for v in field.validators if isinstance(v, MaxValueValidator)]
    return max(least), min(most)

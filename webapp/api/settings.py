"""An expert's settings as programs send and read them, taken from the fields that hold them."""

from typing import Annotated, Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from pydantic import Field

from webapp.api.fields import ANY_TEXT, OneOf
from webapp.experts.engines import OWN_SETTINGS
from webapp.experts.models import Expert
from webapp.experts.prompting import PROMPTING

SETTINGS = [*PROMPTING, *OWN_SETTINGS]
AS_TEXT = [  # which the form takes as text
    name for name in SETTINGS if isinstance(Expert._meta.get_field(name), models.JSONField)
]
Text = Annotated[str, Field(min_length=1, pattern=ANY_TEXT)]


def sent() -> dict[str, Any]:
    """Name → (type, limits) of each setting."""
    return {name: _sent(Expert._meta.get_field(name)) for name in SETTINGS}


def read() -> dict[str, Any]:
    """Name → (type, …) of the same, as they are shown."""
    return {name: (_type(Expert._meta.get_field(name)), ...) for name in SETTINGS}


def _sent(field: Any) -> tuple[Any, Any]:
    told: dict[str, Any] = {"default": field.get_default(), "description": field.help_text or None}
    if field.choices:
        return Annotated[str, OneOf(value for value, _ in field.choices)], Field(**told)
    if isinstance(field, models.CharField):
        return str, Field(max_length=field.max_length, pattern=ANY_TEXT, **told)
    if isinstance(field, models.TextField):
        return str, Field(pattern=ANY_TEXT, **told)
    if isinstance(field, models.IntegerField | models.FloatField):
        least, most = _range(field)
        return _type(field), Field(ge=least, le=most, **told)
    return _type(field), Field(**told)


def _type(field: Any) -> Any:
    """As the column has it; JSON as its default is."""
    kinds = {models.BooleanField: bool, models.IntegerField: int, models.FloatField: float}
    found: Any = next((kind for of, kind in kinds.items() if isinstance(field, of)), str)
    if isinstance(field, models.JSONField):
        found = list[Text] if field.get_default() == [] else dict[str, Any]
    return found | None if field.null else found


def _range(field: Any) -> tuple[float | None, float | None]:
    """What the field's own validators and the column allow."""
    least = [v.limit_value for v in field.validators if isinstance(v, MinValueValidator)]
    most = [v.limit_value for v in field.validators if isinstance(v, MaxValueValidator)]
    return max(least, default=None), min(most, default=None)

"""What every engine says of itself."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import models

from moe_core.engine import Checkpoint, Endpoint


def _nothing(expert: Any) -> Checkpoint | Endpoint:
    raise TypeError("nothing is loaded of it")


@dataclass(frozen=True)
class EngineKind:
    """One way to have an expert generate."""

    name: str
    title: str
    # Abstract: the fields that only its experts have. Expert inherits them of all engines.
    fields: type[models.Model] | None = None
    needed: Mapping[str, str] = field(default_factory=dict)  # setting → what to say without it
    not_elsewhere: str = ""  # of a setting of its that an expert of another engine has
    fold: str = ""  # under which title the page folds its settings away; empty: it shows them
    # A type of moe_core.engine that no other engine loads: by it a worker finds the loader.
    loads: type[Checkpoint] | type[Endpoint] | None = None
    checkpoint: Callable[[Any], Checkpoint | Endpoint] = _nothing  # what it loads of an expert
    # "package.module:function" in gpu_worker; empty: nothing generates, and nobody adds it.
    loader: str = ""

    @property
    def settings(self) -> list[str]:
        """Names of the fields."""
        return [own.name for own in self.fields._meta.fields] if self.fields else []

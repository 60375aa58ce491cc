"""Things: what a team gives names to, and what can be archived and deleted: question sets, pools,
profiles, runs.

What is deleted is there for nobody: `objects`, lookups along relations from one thing to many, and
the choices of forms know only what is not. `every` has the deleted too, for undoing and freeing.
Nothing that is there rests on a deleted thing, for it was deleted with it.
"""

from typing import Any, TypeVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from webapp.accounts.models import Team

THERE = Q(deletion=None)  # of a thing; of rows beside it: there_by
Row = TypeVar("Row", bound=models.Model, covariant=True)


def there_by(path: str) -> Q:
    """That the thing at the end of a path is not deleted."""
    return Q(**{f"{path}__deletion": None})


class Deletion(models.Model):
    """One thing that somebody deleted, with all that rested on it: it comes back as a whole."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="deletions")
    kind = models.CharField(max_length=20)  # of the thing, in a word or two
    name = models.CharField(max_length=500)  # as it was called
    counts = models.JSONField(default=list)  # [how many, of what] each that was deleted with it
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    created = models.DateTimeField(auto_now_add=True)
    freeing = models.BooleanField(default=False)  # its rows are going: it cannot come back

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.name


class There(models.Manager[Row]):
    """Of things, those that are not deleted."""

    def get_queryset(self) -> Any:
        return super().get_queryset().filter(THERE)


class Thing(models.Model):
    """What can be archived, which takes it out of lists and choices, and deleted."""

    archived = models.DateTimeField(null=True, editable=False)
    deletion = models.ForeignKey(
        Deletion, on_delete=models.PROTECT, null=True, editable=False, related_name="+"
    )

    objects = There["Any"]()
    every = models.Manager["Any"]()

    class Meta:
        abstract = True

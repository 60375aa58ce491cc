"""Runs that are to start by themselves, with one expert replaced or added."""

from django.conf import settings
from django.db import models

from webapp.experts.models import Expert, Pool
from webapp.experts.variants import Replacement
from webapp.runs.models.run import Run


class Rerun(models.Model):
    """A run again with one expert replaced or added: it starts when what it waits for is done.

    How far that is stands with the runs that it waits for. So it goes on by itself when one of them
    has failed and is retried, until somebody calls it off.
    """

    of = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="reruns")
    expert = models.ForeignKey(  # whose place is taken; null: nobody's
        Expert, on_delete=models.CASCADE, null=True, related_name="+"
    )
    by = models.ForeignKey(Expert, on_delete=models.CASCADE, related_name="+")
    pool = models.ForeignKey(Pool, on_delete=models.CASCADE, related_name="+")  # made for it
    # What it waits for; null: nothing, as long as it has not come to that.
    profiling = models.ForeignKey(Run, on_delete=models.CASCADE, null=True, related_name="+")
    ranking = models.ForeignKey(Run, on_delete=models.CASCADE, null=True, related_name="+")
    run = models.ForeignKey(  # that was started
        Run, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    problem = models.TextField(blank=True)  # why it does not go on for now
    created = models.DateTimeField(auto_now_add=True)
    ended = models.DateTimeField(null=True)  # started, or called off

    class Meta:
        indexes = [
            models.Index(fields=["id"], name="rerun_open", condition=models.Q(ended=None)),
        ]

    @property
    def waits_for(self) -> Run | None:
        return self.ranking or self.profiling

    @property
    def change(self) -> str:
        """In words: "tiny-03 instead of tiny-02"."""
        return str(Replacement(self.expert, self.by))

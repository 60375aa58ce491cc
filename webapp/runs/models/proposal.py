"""New versions of profiles before somebody accepts them."""

from django.conf import settings
from django.db import models

from webapp.questions.models import QuestionSet
from webapp.runs.models.profile import Profile
from webapp.things.models import there_by


class Proposals(models.Manager["ProfileProposal"]):
    """Of profiles that are there: those of deleted ones come back with them."""

    def get_queryset(self) -> models.QuerySet["ProfileProposal"]:
        return super().get_queryset().filter(there_by("profile"))


class ProfileProposal(models.Model):
    """A version of a profile that a worker makes, and what it would change for runs on a set.

    It stays when the profile is accepted, as what whoever did so had before them.
    """

    profile = models.OneToOneField(Profile, on_delete=models.CASCADE, related_name="proposal")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    # What the effect is told on: a run, or what would start on a set with the usual settings.
    run = models.ForeignKey("runs.Run", on_delete=models.SET_NULL, null=True, related_name="+")
    question_set = models.ForeignKey(
        QuestionSet, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    ready = models.BooleanField(default=False)
    problem = models.TextField(blank=True)
    # See webapp.planning.reroutes.Effect; `made_at`: the seq of the profile run that it is told of.
    effect = models.JSONField(default=dict)
    created = models.DateTimeField(auto_now_add=True)
    asked = models.DateTimeField(auto_now=True)
    accepted = models.DateTimeField(null=True)
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )

    objects = Proposals()

    def __str__(self) -> str:
        return f"Version {self.profile.version} of {self.profile}"

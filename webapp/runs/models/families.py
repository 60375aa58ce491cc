"""The families of a profile's skills, and who is best at what, as a worker counted it."""

from django.db import models

from webapp.runs.models.profile import Profile


class ProfileFamilies(models.Model):
    """What a worker found of a profile, or is to find; it holds until its questions are graded
    again."""

    profile = models.OneToOneField(Profile, on_delete=models.CASCADE, related_name="families")
    seq = models.PositiveBigIntegerField()  # of the profile's run, of which it is found
    ready = models.BooleanField(default=False)
    problem = models.TextField(blank=True)
    found = models.JSONField(default=dict)  # see webapp.planning.families.Found
    members = models.JSONField(default=dict)  # a family's name → the keys of its answers
    asked = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return f"Families of {self.profile}"

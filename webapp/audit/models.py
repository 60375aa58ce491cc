"""The log's rows."""

from django.db import models

from webapp.audit.actions import Action, title_of


class Entry(models.Model):
    """One act. Postgres refuses to change or delete it.

    People, teams and objects are kept by id and by name, as they were called then: the log loses
    nothing when they go.
    """

    created = models.DateTimeField(auto_now_add=True)
    action = models.CharField(max_length=40)  # of Action
    # Who; the team's admins see it, or the installation's owner where there is no team.
    person_id = models.BigIntegerField(null=True)
    person = models.CharField(max_length=200, blank=True)
    team_id = models.BigIntegerField(null=True)
    team = models.CharField(max_length=100, blank=True)
    # From where.
    way = models.CharField(max_length=10)  # of Way
    means = models.CharField(max_length=100, blank=True)
    address = models.CharField(max_length=45, blank=True)
    # To what; blank where it is to nothing.
    kind = models.CharField(max_length=40, blank=True)
    object_id = models.BigIntegerField(null=True)
    object = models.CharField(max_length=200, blank=True)
    details = models.JSONField(default=dict)

    class Meta:
        verbose_name_plural = "entries"
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["team_id", "-id"], name="entry_of_team"),
            models.Index(fields=["team_id", "person_id", "-id"], name="entry_of_person"),
            models.Index(
                fields=["created"],
                condition=models.Q(action=Action.SIGN_IN_FAILED.value),
                name="entry_of_failed_sign_in",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person or self.way} {self.title}: {self.object}"

    @property
    def title(self) -> str:
        return title_of(self.action)

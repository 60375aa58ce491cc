"""People and teams. Everything that a team makes belongs to the team, not to a person."""

from django.contrib.auth.models import AbstractUser
from django.db import models


class Team(models.Model):
    """People who share pools, question sets, profiles and runs."""

    name = models.CharField(max_length=100, unique=True)

    def __str__(self) -> str:
        return self.name


class User(AbstractUser):
    """A person. Staff may add experts, which belong to the whole installation."""

    team = models.ForeignKey(Team, on_delete=models.PROTECT, null=True, related_name="people")

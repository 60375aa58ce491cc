"""People and teams. Everything that a team makes belongs to the team, not to a person."""

import hashlib
import secrets
from typing import Self

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


class Token(models.Model):
    """Lets a program act as a person. Only its SHA-256 is kept: it is random, so no salt."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="tokens")
    name = models.CharField(max_length=100, blank=True)  # what it is for
    digest = models.CharField(max_length=64, unique=True)
    created = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.name or f"token {self.pk}"

    @classmethod
    def create(cls, user: User, name: str = "") -> tuple[Self, str]:
        """A new token and its text, which cannot be had again."""
        text = secrets.token_urlsafe(32)
        return cls.objects.create(user=user, name=name, digest=cls.digest_of(text)), text

    @staticmethod
    def digest_of(text: str) -> str:
        return hashlib.sha256(text.encode(errors="replace")).hexdigest()

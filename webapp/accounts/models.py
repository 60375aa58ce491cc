"""People and teams. Everything that a team makes belongs to the team, not to a person."""

import hashlib
import secrets
from datetime import timedelta
from typing import Any, Self

from django.contrib.auth.models import AbstractUser, UserManager
from django.db import models, transaction
from django.utils import timezone

from webapp.audit.actions import Action
from webapp.audit.recording import record

SEEN_SECONDS = 60  # between two notes of when somebody, or a token, was last seen


class Role(models.TextChoices):
    """What somebody is in a team; each may do what those before it may."""

    VIEWER = "viewer"
    REVIEWER = "reviewer"
    EDITOR = "editor"
    ADMIN = "admin"


class Theme(models.TextChoices):
    """How pages look to somebody who has chosen it."""

    SYSTEM = "system", "As my system has it"
    LIGHT = "light"
    DARK = "dark"


class Scope(models.TextChoices):
    """What a program may do with a token, as far as its person may."""

    READ = "read", "read: see all that the team has"
    REVIEW = "review", "review: verdicts and comments"
    RUN = "run", "run: question sets, pools, profiles, runs"
    ADMIN = "admin", "admin: members, experts"


class Team(models.Model):
    """People who share pools, question sets, profiles and runs."""

    name = models.CharField(max_length=100, unique=True)
    # Hears of every notice in the team; whoever owns the installation sets it. May hold a secret.
    webhook = models.URLField(max_length=500, blank=True)

    def __str__(self) -> str:
        return self.name


class People(UserManager["User"]):
    """Makes people who are in a team from the start."""

    use_in_migrations = False

    def create_user(
        self, *args: Any, team: Team | None = None, role: str = Role.EDITOR, **fields: Any
    ) -> "User":
        return self._join(super().create_user(*args, **fields), team, role)

    def create_superuser(
        self, *args: Any, team: Team | None = None, role: str = Role.ADMIN, **fields: Any
    ) -> "User":
        return self._join(super().create_superuser(*args, **fields), team, role)

    def _join(self, user: "User", team: Team | None, role: str) -> "User":
        if team is not None:
            user.join(team, role)
        return user


class User(AbstractUser):
    """A person. Staff own the installation: its experts are theirs to change."""

    # The one that they look at: among those that they are in.
    team = models.ForeignKey(Team, on_delete=models.PROTECT, null=True, related_name="+")
    # Signed in with a password that a command printed: led to choose a name and another one.
    is_new = models.BooleanField(default=False)
    mails = models.BooleanField(default=True)  # whether notices are also sent, where e-mail is set
    time_zone = models.CharField(max_length=50, blank=True)  # blank: the browser's
    theme = models.CharField(max_length=6, blank=True, choices=Theme.choices)

    objects = People()  # type: ignore[misc]

    def set_password(self, raw_password: str | None) -> None:
        super().set_password(raw_password)
        self.is_new = False  # whoever sets one knows it

    def save(self, *args: Any, **options: Any) -> None:
        """Whichever page, command or library has changed a password, the log tells of it."""
        is_changed = self.pk is not None and self._password is not None  # type: ignore[attr-defined]
        with transaction.atomic():
            super().save(*args, **options)
            if is_changed:
                record(Action.PASSWORD_CHANGED, self)

    def __str__(self) -> str:
        return self.get_full_name() or self.username

    def join(self, team: Team, role: str) -> "Membership":
        """Be in a team, and look at it; somebody who is in it already keeps their role."""
        membership, _ = Membership.objects.get_or_create(
            team=team, user=self, defaults={"role": role}
        )
        self.team = team
        self.save(update_fields=["team"])
        return membership

    def membership(self) -> "Membership | None":
        """In the team that they look at; in another of theirs where they are not in it any more."""
        found = list(self.memberships.select_related("team").order_by("team_id"))
        for one in found:
            one.user = self
        chosen = next((one for one in found if one.team_id == self.team_id), None)
        if chosen is None and found:
            chosen = found[0]
            self.team = chosen.team
            self.save(update_fields=["team"])
        return chosen


class Membership(models.Model):
    """A person in a team."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="memberships")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=10, choices=Role.choices)
    joined = models.DateTimeField(auto_now_add=True)
    last_seen = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["team", "user"], name="member_once")]

    def __str__(self) -> str:
        return f"{self.user} in {self.team}"

    def see(self) -> None:
        """Note that they are here, about once a minute."""
        now = timezone.now()
        if self.last_seen is None or now - self.last_seen > timedelta(seconds=SEEN_SECONDS):
            Membership.objects.filter(pk=self.pk).update(last_seen=now)


def digest_of(text: str) -> str:
    """What is kept of a secret that a machine drew: it is random, so no salt."""
    return hashlib.sha256(text.encode(errors="replace")).hexdigest()


class Token(models.Model):
    """Lets a program act as a person in a team. Only its digest is kept."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="tokens")
    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="tokens")
    name = models.CharField(max_length=100, blank=True)  # what it is for
    digest = models.CharField(max_length=64, unique=True)
    scopes = models.JSONField(default=list)  # of Scope
    created = models.DateTimeField(auto_now_add=True)
    expires = models.DateTimeField(null=True)
    last_used = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.name or f"token {self.pk}"

    @classmethod
    def create(
        cls,
        user: User,
        name: str = "",
        *,
        team: Team | None = None,
        scopes: list[str] | None = None,
        days: int | None = None,
    ) -> tuple[Self, str]:
        """A new token and its text, which cannot be had again.

        Without `team`, in the one that the person looks at; without `scopes`, with all; without
        `days` it does not expire.
        """
        text = secrets.token_urlsafe(32)
        with transaction.atomic():
            made = cls.objects.create(
                user=user,
                team=team or user.team,
                name=name,
                digest=digest_of(text),
                scopes=Scope.values if scopes is None else scopes,
                expires=None if days is None else timezone.now() + timedelta(days=days),
            )
            record(Action.TOKEN_MADE, made, of=user, scopes=made.scopes, days=days)
        return made, text

    @transaction.atomic
    def revoke(self) -> None:
        """Whatever uses it is refused from then on."""
        record(Action.TOKEN_REVOKED, self, of=self.user)
        self.delete()

    @property
    def has_expired(self) -> bool:
        return self.expires is not None and self.expires < timezone.now()

    def use(self) -> None:
        """Note that it was used, about once a minute."""
        now = timezone.now()
        if self.last_used is None or now - self.last_used > timedelta(seconds=SEEN_SECONDS):
            Token.objects.filter(pk=self.pk).update(last_used=now)


class Invitation(models.Model):
    """A link that lets one person into a team, once. Only its digest is kept."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="invitations")
    role = models.CharField(max_length=10, choices=Role.choices)
    note = models.CharField(max_length=100, blank=True)  # whom it is for
    email = models.EmailField(blank=True)  # where it was sent, and nowhere else
    digest = models.CharField(max_length=64, unique=True)
    created = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    expires = models.DateTimeField()
    used = models.DateTimeField(null=True)
    used_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"invitation to {self.team} as {self.role}"

    @property
    def is_open(self) -> bool:
        return self.used is None and self.expires > timezone.now()

    @property
    def stands_behind(self) -> bool:
        """Whether its maker may still invite: else it would let back in whoever was let go."""
        admins = Membership.objects.filter(team=self.team_id, role=Role.ADMIN.value)
        return admins.filter(user=self.created_by_id, user__is_active=True).exists()


class Reset(models.Model):
    """A link with which a person chooses a new password, once, made by somebody who may. Only its
    digest is kept."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="resets")
    digest = models.CharField(max_length=64, unique=True)
    created = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    expires = models.DateTimeField()
    # What it was when the link was made: another one since then, and the link is of no use.
    password = models.CharField(max_length=128)

    def __str__(self) -> str:
        return f"new password for {self.user}"

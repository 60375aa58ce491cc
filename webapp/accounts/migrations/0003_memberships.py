"""People are members of teams, with a role; tokens are for a team; invitations lead into one."""

from typing import Any

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import OuterRef, Subquery


def _join_all(apps: Any, schema_editor: Any) -> None:
    """Everybody keeps their team. Each team has an admin, and the installation an owner, who was
    there first where nobody is one. Tokens keep what they may."""
    user, membership, token = (
        apps.get_model("accounts", name) for name in ("User", "Membership", "Token")
    )
    user.objects.filter(is_superuser=True).update(is_staff=True)
    people = list(user.objects.exclude(team=None).order_by("-is_active", "pk"))
    if people and not any(person.is_staff and person.is_active for person in people):
        people[0].is_staff = people[0].is_superuser = True
        people[0].save()
    admins = {person.pk for person in people if person.is_staff}
    for team in {person.team_id for person in people}:
        theirs = [person for person in people if person.team_id == team]
        if not any(person.pk in admins and person.is_active for person in theirs):
            admins.add(theirs[0].pk)  # who was there first
    membership.objects.bulk_create(
        membership(
            user=person,
            team_id=person.team_id,
            role="admin" if person.pk in admins else "editor",
            last_seen=person.last_login,
        )
        for person in people
    )
    token.objects.filter(user__team=None).delete()  # they were refused
    teams = user.objects.filter(pk=OuterRef("user")).values("team")[:1]
    token.objects.update(team=Subquery(teams), scopes=["read", "review", "run", "admin"])
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # before the column is changed again


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_token"),
    ]

    operations = [
        migrations.AlterModelManagers(name="user", managers=[]),
        migrations.AddField(
            model_name="token",
            name="expires",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="token",
            name="last_used",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="token",
            name="scopes",
            field=models.JSONField(default=list),
        ),
        migrations.AddField(
            model_name="token",
            name="team",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="tokens",
                to="accounts.team",
            ),
        ),
        migrations.AddField(
            model_name="user",
            name="is_new",
            field=models.BooleanField(default=False),
        ),
        migrations.AlterField(
            model_name="user",
            name="team",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.team",
            ),
        ),
        migrations.CreateModel(
            name="Invitation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("viewer", "Viewer"),
                            ("reviewer", "Reviewer"),
                            ("editor", "Editor"),
                            ("admin", "Admin"),
                        ],
                        max_length=10,
                    ),
                ),
                ("note", models.CharField(blank=True, max_length=100)),
                ("digest", models.CharField(max_length=64, unique=True)),
                ("created", models.DateTimeField(auto_now_add=True)),
                ("expires", models.DateTimeField()),
                ("used", models.DateTimeField(null=True)),
                (
                    "created_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="invitations",
                        to="accounts.team",
                    ),
                ),
                (
                    "used_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["-pk"],
            },
        ),
        migrations.CreateModel(
            name="Membership",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("viewer", "Viewer"),
                            ("reviewer", "Reviewer"),
                            ("editor", "Editor"),
                            ("admin", "Admin"),
                        ],
                        max_length=10,
                    ),
                ),
                ("joined", models.DateTimeField(auto_now_add=True)),
                ("last_seen", models.DateTimeField(null=True)),
                (
                    "team",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="memberships",
                        to="accounts.team",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="memberships",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("team", "user"), name="member_once")
                ],
            },
        ),
        migrations.RunPython(_join_all, migrations.RunPython.noop),
        migrations.AlterField(
            model_name="token",
            name="team",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="tokens",
                to="accounts.team",
            ),
        ),
    ]

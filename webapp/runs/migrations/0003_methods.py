import django.db.models.deletion
from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def name_policies(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """What runs did before they could choose: recruited as the paper does, or asked everyone."""
    runs = apps.get_model("runs", "Run").objects.filter(kind="answer")
    runs.filter(method="skill-moe").update(recruiter="paper")
    runs.filter(method="all-experts").update(recruiter="everyone")
    runs.filter(aggregator__isnull=False).update(writer="llm")


class Migration(migrations.Migration):
    dependencies = [
        ("experts", "0002_recorded_experts"),
        ("runs", "0002_recorded_responses"),
    ]

    operations = [
        migrations.AddField(
            model_name="answer",
            name="contributions",
            field=models.JSONField(default=dict),
        ),
        migrations.AddField(
            model_name="profile",
            name="vote",
            field=models.CharField(default="majority", max_length=20),
        ),
        migrations.AddField(
            model_name="run",
            name="recruiter",
            field=models.CharField(blank=True, max_length=50),
        ),
        migrations.RenameField(model_name="run", old_name="vote", new_name="writer"),
        migrations.CreateModel(
            name="ProfileTotal",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("right", models.PositiveIntegerField()),
                ("wrong", models.PositiveIntegerField()),
                (
                    "expert",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, to="experts.expert"
                    ),
                ),
                (
                    "profile",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="totals",
                        to="runs.profile",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("profile", "expert"), name="total_once")
                ],
            },
        ),
        migrations.RunPython(name_policies, migrations.RunPython.noop),
    ]

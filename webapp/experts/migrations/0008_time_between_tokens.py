import django.core.validators
from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

BEFORE, NOW = 600, 120  # seconds that an expert has unless somebody sets others


def follow_the_default(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """It was the limit of a whole request; nobody who has set one of his own loses it."""
    apps.get_model("experts", "Expert").objects.filter(timeout_seconds=BEFORE).update(
        timeout_seconds=NOW
    )


def go_back(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    apps.get_model("experts", "Expert").objects.filter(timeout_seconds=NOW).update(
        timeout_seconds=BEFORE
    )


class Migration(migrations.Migration):
    dependencies = [("experts", "0007_prompting")]

    operations = [
        migrations.AlterField(
            model_name="expert",
            name="timeout_seconds",
            field=models.PositiveIntegerField(
                default=NOW,
                help_text="In seconds, after which a request is given up: until the first token, and"
                " between two of them. A prompt that waits at a server which still writes for"
                " others is given ten times as long.",
                validators=[
                    django.core.validators.MinValueValidator(1),
                    django.core.validators.MaxValueValidator(86400),
                ],
                verbose_name="longest time without a token",
            ),
        ),
        migrations.RunPython(follow_the_default, go_back),
    ]

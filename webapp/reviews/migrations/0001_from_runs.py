import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """Reviews as webapp.runs had them: the table is there."""

    initial = True
    dependencies = [
        ("runs", "0019_reviews_elsewhere"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name="Review",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                primary_key=True,
                                serialize=False,
                                auto_created=True,
                                verbose_name="ID",
                            ),
                        ),
                        ("verdict", models.CharField(max_length=20)),
                        ("note", models.TextField(blank=True, max_length=2000)),
                        ("created", models.DateTimeField(auto_now_add=True)),
                        ("changed", models.DateTimeField(auto_now=True)),
                        (
                            "answer",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="reviews",
                                to="runs.answer",
                            ),
                        ),
                        (
                            "person",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="reviews",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "settled_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "run",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="reviews",
                                to="runs.run",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["created"],
                        "indexes": [
                            models.Index(
                                fields=["run", "verdict", "answer"], name="review_by_verdict"
                            )
                        ],
                        "constraints": [
                            models.UniqueConstraint(fields=("answer", "person"), name="review_once")
                        ],
                    },
                ),
            ]
        )
    ]

import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("experts", "0003_engines"),
        ("questions", "0004_categories"),
        ("runs", "0004_rounds"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Comment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("text", models.TextField(max_length=5000)),
                ("created", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "ordering": ["created", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Review",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "verdict",
                    models.CharField(
                        choices=[
                            ("right", "Right"),
                            ("wrong skill", "Wrong skill"),
                            ("wrong experts", "Wrong experts"),
                            ("extraction", "Extraction failed"),
                            ("aggregation", "Aggregation failed"),
                            ("disputed", "Gold disputed"),
                        ],
                        max_length=20,
                    ),
                ),
                ("note", models.TextField(blank=True, max_length=2000)),
                ("created", models.DateTimeField(auto_now_add=True)),
                ("changed", models.DateTimeField(auto_now=True)),
            ],
            options={
                "ordering": ["created"],
            },
        ),
        migrations.AddField(
            model_name="answer",
            name="outcome",
            field=models.CharField(
                blank=True,
                choices=[
                    ("agreed", "Right, as the majority"),
                    ("saved", "Right against the majority"),
                    ("none right", "No expert was right"),
                    ("outvoted", "A right expert was outvoted"),
                    ("broken", "A right majority was broken"),
                    ("no answer", "No answer found"),
                ],
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="answer",
            name="stances",
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="run",
            name="left_out",
            field=models.JSONField(default=list),
        ),
        migrations.AddIndex(
            model_name="answer",
            index=models.Index(fields=["run", "id"], name="answer_in_order"),
        ),
        migrations.AddIndex(
            model_name="answer",
            index=models.Index(fields=["run", "verdict", "id"], name="answer_by_verdict"),
        ),
        migrations.AddIndex(
            model_name="answer",
            index=models.Index(fields=["run", "outcome", "id"], name="answer_by_outcome"),
        ),
        migrations.AddIndex(
            model_name="answer",
            index=django.contrib.postgres.indexes.GinIndex(
                fields=["skills"], name="answer_by_skill", opclasses=["jsonb_path_ops"]
            ),
        ),
        migrations.AddIndex(
            model_name="generation",
            index=models.Index(
                condition=models.Q(("purpose", "respond")),
                fields=["run", "expert", "answer"],
                name="generation_by_expert",
            ),
        ),
        migrations.AddIndex(
            model_name="generation",
            index=django.contrib.postgres.indexes.GinIndex(
                django.contrib.postgres.search.SearchVector(
                    django.db.models.functions.text.Left("output", 200000), config="simple"
                ),
                condition=models.Q(
                    ("purpose__in", ["profile", "trial", "respond", "aggregate"]),
                    ("status", "done"),
                ),
                name="generation_words",
            ),
        ),
        migrations.AddField(
            model_name="comment",
            name="answer",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="comments",
                to="runs.answer",
            ),
        ),
        migrations.AddField(
            model_name="comment",
            name="author",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="comments",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="review",
            name="answer",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="reviews",
                to="runs.answer",
            ),
        ),
        migrations.AddField(
            model_name="review",
            name="person",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="reviews",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="review",
            name="run",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="reviews", to="runs.run"
            ),
        ),
        migrations.AddIndex(
            model_name="review",
            index=models.Index(fields=["run", "verdict", "answer"], name="review_by_verdict"),
        ),
        migrations.AddConstraint(
            model_name="review",
            constraint=models.UniqueConstraint(fields=("answer", "person"), name="review_once"),
        ),
    ]

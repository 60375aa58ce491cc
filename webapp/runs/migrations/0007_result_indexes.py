import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.expressions
import django.db.models.functions.text
from django.db import migrations, models

# Answers of older runs know their question's category, as those of new runs do from the start.
CATEGORIES = """
    UPDATE runs_answer a SET category = q.category
    FROM questions_question q WHERE q.id = a.question_id AND q.category <> ''
"""


class Migration(migrations.Migration):
    dependencies = [
        ("runs", "0006_outcomes"),
    ]

    operations = [
        migrations.AddField(
            model_name="answer",
            name="category",
            field=models.CharField(blank=True, max_length=200),
        ),
        migrations.AddIndex(
            model_name="answer",
            index=models.Index(fields=["run", "category", "id"], name="answer_by_category"),
        ),
        migrations.AddIndex(
            model_name="answer",
            index=models.Index(
                condition=models.Q(("stances__gt", 1)),
                fields=["run", "id"],
                name="answer_disagreed",
            ),
        ),
        migrations.AddIndex(
            model_name="answer",
            index=models.Index(
                condition=models.Q(("uniform", True)), fields=["run", "id"], name="answer_unmatched"
            ),
        ),
        migrations.RemoveIndex(model_name="generation", name="generation_words"),
        migrations.AddIndex(
            model_name="generation",
            index=django.contrib.postgres.indexes.GinIndex(
                django.db.models.expressions.CombinedExpression(
                    django.contrib.postgres.search.SearchVector(
                        django.db.models.functions.text.Left("output", 200000), config="simple"
                    ),
                    "||",
                    models.Func(
                        "answer_id",
                        output_field=django.contrib.postgres.search.SearchVectorField(),
                        template="array_to_tsvector(ARRAY['#' || (%(expressions)s / 4096)::text])",
                    ),
                    output_field=django.contrib.postgres.search.SearchVectorField(),
                ),
                condition=models.Q(
                    ("answer__isnull", False),
                    ("purpose__in", ["profile", "trial", "respond", "aggregate"]),
                    ("status", "done"),
                ),
                name="generation_words",
            ),
        ),
        migrations.RunSQL(CATEGORIES, migrations.RunSQL.noop),
    ]

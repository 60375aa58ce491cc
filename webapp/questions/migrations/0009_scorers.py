"""A scorer may be named for a question set, and is then each run's."""

import webapp.questions.models.question_set
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("questions", "0008_answers_messages_and_mappings"),
    ]

    operations = [
        migrations.AddField(
            model_name="questionset",
            name="pattern",
            field=models.CharField(blank=True, max_length=500),
        ),
        migrations.AddField(
            model_name="questionset",
            name="scorer",
            field=models.CharField(
                blank=True,
                choices=webapp.questions.models.question_set.scorer_choices,
                max_length=20,
            ),
        ),
    ]

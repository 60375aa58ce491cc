"""A scorer may be named for a question set, and is then each run's."""

import webapp.questions.models.question_set
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("runs", "0016_rules"),
    ]

    operations = [
        migrations.AddField(
            model_name="run",
            name="pattern",
            field=models.CharField(blank=True, max_length=500),
        ),
        migrations.AddField(
            model_name="run",
            name="scorer",
            field=models.CharField(
                blank=True,
                choices=webapp.questions.models.question_set.scorer_choices,
                max_length=20,
            ),
        ),
    ]

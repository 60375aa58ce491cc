from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("questions", "0003_benchmark"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="question",
            index=models.Index(
                fields=["question_set", "category", "id"], name="question_by_category"
            ),
        ),
    ]

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("runs", "0003_methods"),
    ]

    operations = [
        migrations.RemoveConstraint(model_name="generation", name="generation_once"),
        migrations.AddField(
            model_name="generation",
            name="round",
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AddConstraint(
            model_name="generation",
            constraint=models.UniqueConstraint(
                fields=("answer", "purpose", "round", "number"), name="generation_once"
            ),
        ),
    ]

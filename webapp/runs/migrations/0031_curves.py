from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("runs", "0030_stopping_rules")]

    operations = [
        migrations.AlterField(
            model_name="finding",
            name="name",
            field=models.CharField(
                choices=[
                    ("contributions", "Contributions"),
                    ("oracle", "Oracle"),
                    ("advice", "Advice"),
                    ("ways", "Ways"),
                    ("curve", "Curve"),
                    ("families", "Families"),
                    ("leaderboard", "Leaderboard"),
                    ("suspects", "Suspects"),
                ],
                max_length=20,
            ),
        ),
    ]

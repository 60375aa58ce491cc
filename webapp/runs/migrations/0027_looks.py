from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("runs", "0026_findings_and_costs")]

    operations = [
        migrations.AddField(
            model_name="run",
            name="looks",
            field=models.BooleanField(db_default=True, default=True),
        ),
    ]

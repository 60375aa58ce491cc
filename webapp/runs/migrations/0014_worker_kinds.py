from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("runs", "0013_temperature_of_the_checkpoint")]

    operations = [
        migrations.AddField(
            model_name="worker",
            name="kind",
            field=models.CharField(
                choices=[("gpu", "Gpu"), ("endpoints", "Endpoints")], default="gpu", max_length=10
            ),
        ),
    ]

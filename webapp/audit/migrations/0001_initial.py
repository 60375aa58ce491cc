"""The log, to which one can only add: Postgres refuses anything else, whoever asks."""

from django.db import migrations, models

REFUSE = """
    CREATE FUNCTION audit_entry_stays() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'the audit log is only added to: % is refused', TG_OP;
    END $$
"""
NO_CHANGE = """
    CREATE TRIGGER entries_stay BEFORE UPDATE OR DELETE ON audit_entry
    FOR EACH ROW EXECUTE FUNCTION audit_entry_stays()
"""
NO_TRUNCATE = """
    CREATE TRIGGER entries_stay_together BEFORE TRUNCATE ON audit_entry
    FOR EACH STATEMENT EXECUTE FUNCTION audit_entry_stays()
"""


class Migration(migrations.Migration):
    initial = True
    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Entry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("created", models.DateTimeField(auto_now_add=True)),
                ("action", models.CharField(max_length=40)),
                ("person_id", models.BigIntegerField(null=True)),
                ("person", models.CharField(blank=True, max_length=200)),
                ("team_id", models.BigIntegerField(null=True)),
                ("team", models.CharField(blank=True, max_length=100)),
                ("way", models.CharField(max_length=10)),
                ("means", models.CharField(blank=True, max_length=100)),
                ("address", models.CharField(blank=True, max_length=45)),
                ("kind", models.CharField(blank=True, max_length=40)),
                ("object_id", models.BigIntegerField(null=True)),
                ("object", models.CharField(blank=True, max_length=200)),
                ("details", models.JSONField(default=dict)),
            ],
            options={
                "verbose_name_plural": "entries",
                "ordering": ["-pk"],
                "indexes": [
                    models.Index(fields=["team_id", "-id"], name="entry_of_team"),
                    models.Index(fields=["team_id", "person_id", "-id"], name="entry_of_person"),
                    models.Index(
                        condition=models.Q(("action", "sign-in-failed")),
                        fields=["created"],
                        name="entry_of_failed_sign_in",
                    ),
                ],
            },
        ),
        migrations.RunSQL(REFUSE, "DROP FUNCTION audit_entry_stays()"),
        migrations.RunSQL(NO_CHANGE, "DROP TRIGGER entries_stay ON audit_entry"),
        migrations.RunSQL(NO_TRUNCATE, "DROP TRIGGER entries_stay_together ON audit_entry"),
    ]

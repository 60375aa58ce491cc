from django.db import migrations

# How the verdicts of older runs came about, as webapp.runs.outcomes has said it since.
SORT_OUT = """
    WITH parties AS (
        SELECT g.answer_id, g.verdict = 'correct' AS is_right,
               CASE WHEN g.verdict = 'correct' THEN '' ELSE g.stated END, count(*) AS seats
        FROM runs_generation g
        WHERE g.purpose = 'respond' AND g.stated IS NOT NULL
        AND NOT EXISTS (
            SELECT FROM runs_generation later WHERE later.answer_id = g.answer_id
            AND later.purpose = 'respond' AND later.round = g.round + 1
            AND later.number = g.number)
        GROUP BY 1, 2, 3
    ), sides AS (
        SELECT answer_id, count(*) AS parties,
               coalesce(max(seats) FILTER (WHERE is_right), 0) AS rights,
               coalesce(max(seats) FILTER (WHERE NOT is_right), 0) AS wrongs
        FROM parties GROUP BY 1
    )
    UPDATE runs_answer a SET stances = coalesce(s.parties, 0), outcome = CASE a.verdict
        WHEN 'correct' THEN CASE WHEN s.rights > s.wrongs THEN 'agreed' ELSE 'saved' END
        WHEN 'no answer' THEN 'no answer'
        WHEN 'incorrect' THEN CASE
            WHEN coalesce(s.rights, 0) = 0 THEN 'none right'
            WHEN s.rights > s.wrongs THEN 'broken' ELSE 'outvoted' END
        ELSE '' END
    FROM runs_answer b JOIN runs_run r ON r.id = b.run_id AND r.kind = 'answer'
    LEFT JOIN sides s ON s.answer_id = b.id
    WHERE a.id = b.id AND b.asked AND b.stage IS NULL
"""


class Migration(migrations.Migration):
    dependencies = [
        ("runs", "0005_reviews"),
    ]

    operations = [migrations.RunSQL(SORT_OUT, migrations.RunSQL.noop)]

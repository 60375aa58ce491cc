"""Where points were lost, and saved: how an answer's verdict came out of its seats' responses."""

from collections.abc import Sequence

from django.db import connection, models


class Outcome(models.TextChoices):
    """How the seats and the final answer relate; blank where there is no gold answer.

    Majority: the answer that more seats state than any other.
    """

    AGREED = "agreed", "Right, as the majority"
    SAVED = "saved", "Right against the majority"
    NONE_RIGHT = "none right", "No expert was right"
    OUTVOTED = "outvoted", "A right expert was outvoted"
    BROKEN = "broken", "A right majority was broken"
    NO_ANSWER = "no answer", "No answer found"


LOST = [Outcome.NONE_RIGHT, Outcome.OUTVOTED, Outcome.BROKEN, Outcome.NO_ANSWER]

# Of several rounds, the last in which a seat was asked; of a generation g.
LAST = """NOT EXISTS (
    SELECT FROM runs_generation later WHERE later.answer_id = g.answer_id
    AND later.purpose = 'respond' AND later.round = g.round + 1 AND later.number = g.number)"""

# Seats that state a right answer count as one party, however they spell it.
_SORT = """
    WITH parties AS (
        SELECT g.answer_id, g.verdict = 'correct' AS is_right,
               CASE WHEN g.verdict = 'correct' THEN '' ELSE g.stated END, count(*) AS seats
        FROM runs_generation g
        WHERE g.answer_id = ANY(%s) AND g.purpose = 'respond' AND g.stated IS NOT NULL
        AND {last}
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
    FROM runs_answer b LEFT JOIN sides s ON s.answer_id = b.id
    WHERE a.id = b.id AND b.id = ANY(%s)
"""


def sort_out(answers: Sequence[int]) -> None:
    """Store how these answers' verdicts came about, and how many different answers their seats
    state; `answers` are keys."""
    if not answers:
        return
    with connection.cursor() as cursor:
        cursor.execute(_SORT.format(last=LAST), [list(answers), list(answers)])

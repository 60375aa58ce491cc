"""A log's rows on their way to the table that they belong into: matched by Postgres itself, in
temporary tables, so that memory does not grow with the file.

incoming   a response a row, as the file has it; with a digest of the question's text, for texts are
           compared without regard to white space
wanted     the questions of the set
texts      those of its texts that only one question has
matched    the responses whose question the set has

They are gone when the transaction ends.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from django.db import connection

from moe_core.extraction import extract
from webapp.db.rows import executed, fetched
from webapp.files.errors import RowError
from webapp.files.read_in_child import FileRead
from webapp.questions.models import Question, QuestionSet

By = Literal["id", "text", "place"]  # ids; texts; the number of the row that a question stood in
ERRORS_KEPT = 1000  # rows that are named
LONGEST_READ = 20_000  # characters of an output in which an answer is looked for beforehand
_TABLES = r"""
    DROP TABLE IF EXISTS pg_temp.matched, pg_temp.incoming, pg_temp.wanted, pg_temp.texts;
    CREATE TEMP TABLE incoming (
        line int, key text, text text, model text, output text,
        digest text GENERATED ALWAYS AS (
            nullif(md5(regexp_replace(btrim(text, E' \n\t\r'), '\s+', ' ', 'g')), md5(''))) STORED
    ) ON COMMIT DROP;
    CREATE TEMP TABLE wanted (LIKE incoming INCLUDING GENERATED, id bigint) ON COMMIT DROP;
    CREATE TEMP TABLE texts (id bigint, digest text) ON COMMIT DROP;
    CREATE TEMP TABLE matched (line int, question_id bigint, model text, output text)
    ON COMMIT DROP
"""
_WANTED = """
    INSERT INTO wanted (id, key, text)
    SELECT id, key, text FROM questions_question WHERE question_set_id = %s
"""
# A text that several questions have names none of them.
_TEXTS = """
    INSERT INTO texts
    SELECT min(id), digest FROM wanted GROUP BY digest HAVING count(*) = 1
"""
_COUNTS = """
    SELECT count(k.id), count(t.id), count(*) FILTER (WHERE k.id <> t.id),
        count(*) FILTER (WHERE i.key = '0') > 0 AND bool_and(i.key ~ '^[0-9]{1,9}$')
    FROM incoming i
    LEFT JOIN wanted k ON k.key = i.key
    LEFT JOIN texts t ON t.digest = i.digest
"""
_MATCH: dict[By, str] = {
    "id": """
        INSERT INTO matched SELECT i.line, q.id, i.model, i.output
        FROM incoming i JOIN wanted q ON q.key = i.key
    """,
    "place": """
        INSERT INTO matched SELECT i.line, q.id, i.model, i.output
        FROM incoming i JOIN wanted q ON q.key = (i.key::int + 1)::text
    """,
    "text": """
        INSERT INTO matched SELECT i.line, q.id, i.model, i.output
        FROM incoming i JOIN texts q ON q.digest = i.digest
    """,
}
_STRANGERS = """
    SELECT i.line, min(i.key), min(i.text), count(*) OVER () FROM incoming i
    WHERE NOT EXISTS (SELECT FROM matched m WHERE m.line = i.line)
    GROUP BY i.line ORDER BY i.line LIMIT %s
"""
_FIRST = "SELECT line, question_id, model, output FROM matched ORDER BY line, model LIMIT %s"


@dataclass(frozen=True)
class Copied:
    """What the log has, before it is known what is answered in it."""

    responses: int  # that are to be stored
    samples: int  # the most of one question
    others: int  # responses of samples that are not to be stored


def copy_in(read: FileRead, keep: int | None) -> Copied:
    """Fill `incoming` with the sample of that number, or with all for None."""
    executed(_TABLES)
    count = samples = others = 0
    with (
        connection.wrap_database_errors,
        connection.cursor() as cursor,
        cursor.copy("COPY incoming (line, key, text, model, output) FROM STDIN") as copy,
    ):
        for row in read.rows():
            for model, number, output in row["responses"]:
                samples = max(samples, number + 1)
                if keep is not None and number != keep:
                    others += 1
                    continue
                count += 1
                name = named(model, number) if keep is None else model
                copy.write_row((row["row"], row["id"], row["text"], name, output))
    executed("ANALYZE incoming")
    return Copied(count, samples, others)


def named(model: str, number: int) -> str:
    """What the expert is called that plays back a model's further samples."""
    if not number:
        return model
    mark = f" #{number + 1}"
    return model[: 100 - len(mark)] + mark


def match(questions: QuestionSet) -> By:
    """Fill `matched`; by what, is for the counts to say.

    Ids, unless the texts mostly name other questions, or more of them. Ids of a set without its own
    count from 1: there texts go first, and a log that counts from 0 is moved by one.
    """
    executed(_WANTED, [questions.pk])
    executed(_TEXTS)
    executed("ANALYZE wanted, texts")
    ((by_id, by_text, apart, from_0),) = fetched(_COUNTS)
    has_ids = "id" in questions.columns
    by: By = "id"
    if by_text and (2 * apart > by_text or by_text > by_id or not has_ids):
        by = "text"
    elif from_0 and not has_ids:
        by = "place"
    executed(_MATCH[by])
    executed("ANALYZE matched")
    return by


def strangers(questions: QuestionSet, by: By) -> tuple[int, list[RowError]]:
    """How many rows answer no question of the set, and the first of them."""
    rows = fetched(_STRANGERS, [ERRORS_KEPT])
    hint = "" if "id" in questions.columns else " It has no ids of its own: they count from 1."
    errors = []
    for line, key, text, _ in rows:
        what = f"{text[:80]!r}" if by == "text" or not key else repr(key)
        errors.append(
            RowError(line, f"{questions} has no question {what}.{'' if by == 'text' else hint}")
        )
    return (rows[0][3] if rows else 0), errors


def models_of(limit: int) -> Sequence[tuple[str, int]]:
    """The models of matched rows, with how many responses each has."""
    return [
        (model, count)
        for model, count in fetched(
            "SELECT model, count(*) FROM matched GROUP BY model ORDER BY model LIMIT %s", [limit]
        )
    ]


@dataclass(frozen=True)
class Matched:
    """A response, the question that it was taken to answer, and the answer that is read in it."""

    row: int
    question: Question
    model: str
    output: str
    stated: str | None


def first_matched(limit: int) -> list[Matched]:
    rows = fetched(_FIRST, [limit])
    questions = Question.objects.in_bulk({question for _, question, _, _ in rows})
    return [
        Matched(row, question, model, output, extract(output[:LONGEST_READ], question.options))
        for row, key, model, output in rows
        for question in [questions[key]]
    ]

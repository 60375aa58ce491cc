"""The queue's SQL. Rows are locked in one order everywhere, so that no two wait in a circle."""

# --- Taking and giving back

# `attempts` of what waits are the deaths of engines that it has seen: others are given back.
# A question's own messages are sent where it is asked by itself; elsewhere its text has them all.
CLAIM = """
    UPDATE runs_generation g
    SET status = %(status_claimed)s, claim_id = %(worker)s, visit_id = %(visit)s,
        attempts = attempts + 1, end_of_thinking = e.end_of_thinking,
        began = CASE WHEN purpose = %(purpose_try)s THEN clock_timestamp() END
    FROM experts_expert e
    WHERE e.id = g.expert_id AND g.id IN (
        SELECT w.id FROM runs_generation w
        WHERE w.status = %(status_waiting)s
          AND w.engine_key = %(engine_key)s AND w.stage <= %(stage)s
          AND w.attempts BETWEEN %(least_deaths)s AND %(most_deaths)s
          AND w.expert_id = coalesce(%(expert)s, w.expert_id)
          AND w.run_id = coalesce(%(run)s, w.run_id)
        ORDER BY w.stage, w.id LIMIT %(limit)s FOR UPDATE SKIP LOCKED)
    RETURNING g.id, prompt, g.temperature, g.max_tokens, seed,
              (jsonb_strip_nulls(jsonb_build_object('chat_template', nullif(chat_template, '')))
               || e.chat_template_options || coalesce(g.chat_template_options, '{}'))::text,
              stop_strings::text,
              jsonb_strip_nulls(jsonb_build_object(
                  'top_p', top_p, 'top_k', top_k, 'min_p', min_p,
                  'presence_penalty', presence_penalty, 'frequency_penalty', frequency_penalty,
                  'repetition_penalty', repetition_penalty))::text,
              system_prompt, e.end_of_thinking, reasoning_parser,
              g.purpose = %(purpose_annotate)s AND EXISTS (
                  SELECT FROM runs_run r JOIN experts_pool p ON p.id = r.pool_id
                  WHERE r.id = g.run_id AND p.is_structured),
              g.purpose = %(purpose_try)s,
              CASE WHEN g.purpose IN (%(purpose_profile)s, %(purpose_respond)s) AND g.round = 0
              THEN (SELECT q.messages::text FROM runs_answer a
                    JOIN questions_question q ON q.id = a.question_id WHERE a.id = g.answer_id)
              END,
              g.run_id, e.id
"""

# What an expert was changed to while it was waited for.
FOLLOW_EXPERTS = """
    UPDATE runs_generation g SET engine_key = e.engine_key FROM experts_expert e
    WHERE e.id = g.expert_id AND g.status = %(status_waiting)s
      AND g.engine_key = %(engine_key)s AND e.engine_key <> g.engine_key
"""

# Delete generations and count them out of Progress. Those that had failed before they were asked
# again have failed so, again.
_DROP = """
    WITH dropped AS (
        DELETE FROM runs_generation WHERE {which} AND problem = ''
        RETURNING run_id, purpose, expert_id, 1 AS gone),
    again AS (
        UPDATE runs_generation
        SET status = %(status_failed)s, claim_id = NULL, finished = clock_timestamp()
        WHERE {which} AND problem <> '' RETURNING run_id, purpose, expert_id, 0 AS gone),
    counted AS (
        SELECT run_id, purpose, expert_id, sum(gone) AS gone, sum(1 - gone) AS failing
        FROM (SELECT * FROM dropped UNION ALL SELECT * FROM again) both_of
        GROUP BY run_id, purpose, expert_id),
    locked AS (
        SELECT p.id, gone, failing FROM runs_progress p
        JOIN counted USING (run_id, purpose, expert_id)
        ORDER BY run_id, purpose, expert_id FOR UPDATE OF p)
    UPDATE runs_progress p SET asked = asked - gone, failed = failed + failing
    FROM locked WHERE p.id = locked.id
"""
DROP = _DROP.format(which="id = ANY(%(ids)s)")
# Of a run that has ended: it may have been continued in the meantime.
DROP_WAITING = _DROP.format(
    which="status = %(status_waiting)s AND run_id = %(run)s"
    " AND EXISTS (SELECT FROM runs_run r WHERE r.id = run_id AND r.status <> %(running)s)"
)

# --- Results

# Only what is still the worker's own: somebody else may have taken it over.
RECORD = """
    UPDATE runs_generation g
    SET status = v.status, output = v.output, prompt_tokens = v.prompt_tokens, tokens = v.tokens,
        finish_reason = v.finish_reason, problem = v.problem,
        finished = clock_timestamp(), claim_id = NULL
    FROM unnest(
        %(ids)s::bigint[], %(statuses)s::text[], %(outputs)s::text[], %(prompt_tokens)s::int[],
        %(tokens)s::int[], %(finish_reasons)s::text[], %(problems)s::text[]
    ) AS v(id, status, output, prompt_tokens, tokens, finish_reason, problem)
    WHERE g.id = v.id AND g.claim_id = %(worker)s AND g.status = %(status_claimed)s
    RETURNING run_id, answer_id, purpose, expert_id, g.status = %(status_failed)s, g.tokens,
              g.finish_reason = %(at_limit)s
"""

# What a try has written so far, as long as it is the worker's own.
WRITE_PARTIAL = """
    UPDATE runs_generation g SET output = v.output, tokens = v.tokens
    FROM unnest(%(ids)s::bigint[], %(outputs)s::text[], %(tokens)s::int[])
        AS v(id, output, tokens)
    WHERE g.id = v.id AND g.claim_id = %(worker)s AND g.status = %(status_claimed)s
    RETURNING run_id
"""

# What a cancelled try has written is kept: somebody has read it.
STOP_WRITING = """
    UPDATE runs_generation g
    SET status = %(status_failed)s, problem = %(problem)s, finished = clock_timestamp(),
        claim_id = NULL
    WHERE run_id = %(run)s AND purpose = %(purpose_try)s AND status = %(status_claimed)s
      AND output <> ''
    RETURNING run_id, answer_id, purpose, expert_id, true, tokens, false
"""

COUNT_ANSWERS = """
    WITH counted AS (SELECT * FROM unnest(%(answers)s::bigint[], %(counts)s::int[]) AS v(id, n)),
    locked AS (
        SELECT a.id FROM runs_answer a JOIN counted USING (id) ORDER BY a.id FOR UPDATE OF a)
    UPDATE runs_answer a SET pending = pending - v.n FROM locked, counted v
    WHERE a.id = locked.id AND a.id = v.id
"""

COUNT_PROGRESS = """
    WITH counted AS (
        SELECT * FROM unnest(
            %(runs)s::bigint[], %(purposes)s::text[], %(experts)s::bigint[],
            %(done)s::int[], %(failed)s::int[], %(tokens)s::bigint[], %(cut_off)s::int[]
        ) AS v(run_id, purpose, expert_id, done, failed, tokens, cut_off)),
    locked AS (
        SELECT p.id FROM runs_progress p JOIN counted USING (run_id, purpose, expert_id)
        ORDER BY run_id, purpose, expert_id FOR UPDATE OF p)
    UPDATE runs_progress p
    SET done = p.done + v.done, failed = p.failed + v.failed, tokens = p.tokens + v.tokens,
        cut_off = p.cut_off + v.cut_off
    FROM locked, counted v
    WHERE p.id = locked.id
      AND (p.run_id, p.purpose, p.expert_id) = (v.run_id, v.purpose, v.expert_id)
"""

# What is asked for; of recorded experts it is done or failed at once.
ASK = """
    INSERT INTO runs_progress AS p
        (run_id, purpose, expert_id, asked, done, failed, tokens, cut_off)
    SELECT *, 0, 0 FROM unnest(
        %(runs)s::bigint[], %(purposes)s::text[], %(experts)s::bigint[],
        %(asked)s::int[], %(done)s::int[], %(failed)s::int[])
    ON CONFLICT (run_id, purpose, expert_id) DO UPDATE
    SET asked = p.asked + EXCLUDED.asked, done = p.done + EXCLUDED.done,
        failed = p.failed + EXCLUDED.failed
"""

# --- Looking

# From the first of one checkpoint and stage to the first of the next, by the index of what waits:
# a queue of millions is not read. Up to `most` of each are counted.
BACKLOG = """
    WITH RECURSIVE first AS (
        (SELECT engine_key, stage, created FROM runs_generation
         WHERE status = %(status_waiting)s ORDER BY engine_key, stage, id LIMIT 1)
        UNION ALL
        SELECT next.* FROM first f CROSS JOIN LATERAL (
            SELECT g.engine_key, g.stage, g.created FROM runs_generation g
            WHERE g.status = %(status_waiting)s
              AND (g.engine_key, g.stage) > (f.engine_key, f.stage)
            ORDER BY g.engine_key, g.stage, g.id LIMIT 1) next)
    SELECT f.engine_key, f.stage,
           (SELECT count(*) FROM (
               SELECT FROM runs_generation g
               WHERE g.status = %(status_waiting)s
                 AND g.engine_key = f.engine_key AND g.stage = f.stage
               LIMIT %(most)s) counted),
           extract(epoch FROM now() - f.created)
    FROM first f
"""

# The number comes from the run's own row, so that it has no gaps and follows commit order.
NEXT_SEQS = """
    WITH locked AS (SELECT id FROM runs_run WHERE id = ANY(%(runs)s) ORDER BY id FOR UPDATE)
    UPDATE runs_run r SET event_seq = event_seq + 1 FROM locked WHERE r.id = locked.id
    RETURNING r.id, event_seq
"""

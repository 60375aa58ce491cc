"""How long the worker takes to tell what each of 16 experts adds to a run of 100,000 questions.

Every expert answers every question, which is the most that there can be: 1.6 million responses.
"""

import argparse
import random
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.servers import own_servers
from benchmarks.written import write_json

RESULT = Path(__file__).resolve().parents[1] / "benchmarks" / "results" / "contributions.json"
EXPERTS, QUESTIONS = 16, 100_000
TARGETS = {"seconds": 10}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.contributions", description=__doc__)
    parser.add_argument("--questions", type=int, default=QUESTIONS)
    parser.add_argument("--result", type=Path, default=RESULT, help="the file to write")
    chosen = parser.parse_args()
    with own_servers():
        found = measure(chosen.questions)
    write_json(chosen.result, found)
    print(found)


def measure(size: int) -> dict[str, Any]:
    from benchmarks.big_run import settle
    from benchmarks.machine import machine_facts
    from webapp.findings.contributions import find

    run = _run(size)
    settle()
    began, cpu = time.perf_counter(), time.process_time()
    found = find(run)
    return {
        "machine": machine_facts(),
        "targets": TARGETS,
        "questions": found["questions"],
        "experts": len(found["rows"]),
        "seconds": round(time.perf_counter() - began, 1),
        "own_cpu_seconds": round(time.process_time() - cpu, 1),
    }


def _run(size: int) -> Any:
    """One that is done, by the majority of all experts."""
    from django.utils import timezone

    from webapp.accounts.models import Team
    from webapp.db.bulk import copy_rows
    from webapp.experts.models import Expert, Pool
    from webapp.questions.models import Question, QuestionSet
    from webapp.runs.models import Answer, Generation, Run

    team, rng, now = Team.objects.create(name="Bench"), random.Random(0), timezone.now()
    experts = [Expert.objects.create(name=f"expert-{n}", source="none") for n in range(EXPERTS)]
    pool = Pool.objects.create(team=team, name="Bench")
    pool.experts.set(experts)
    questions = QuestionSet.objects.create(team=team, name="Bench", kind="test", size=size)
    asked = ["question_set", "row", "key", "text", "options", "gold", "alternatives", "messages"]
    rows: Iterator[list[Any]] = (
        [questions.pk, n + 1, str(n), f"Which is {n}?", list("1234"), "A", [], []]
        for n in range(size)
    )
    copy_rows(Question, asked, rows)
    run = Run.objects.create(
        team=team, pool=pool, question_set=questions, method="all-experts", recruiter="everyone",
        writer="majority", status=Run.Status.DONE, ended=now, questions=size, finished=size,
    )  # fmt: skip
    keys = list(questions.questions.order_by("row").values_list("pk", flat=True))
    columns = ["run", "question", "asked", "pending", "skills", "probabilities", "uniform",
               "contributions", "text", "verdict", "stances"]  # fmt: skip
    answers: Iterator[list[Any]] = (
        [run.pk, key, True, 0, [], {}, False, {}, "A", "correct", 2] for key in keys
    )
    copy_rows(Answer, columns, answers)
    first = run.answers.order_by("pk").values_list("pk", flat=True)[0]

    def responses() -> Iterator[list[Any]]:
        for place in range(size):
            for seat, expert in enumerate(experts):
                said = "A" if rng.random() < 0.4 + 0.02 * seat else rng.choice("BCD")
                yield [run.pk, first + place, expert.pk, expert.engine_key, "respond", 1, 0, seat,
                       "A prompt.", 0.7, 512, seat, now, "done", 1, now, f"So {said}.", 50, 60,
                       "stop", "", said, "correct" if said == "A" else "incorrect"]  # fmt: skip

    written = ["run", "answer", "expert", "engine_key", "purpose", "stage", "round", "number",
               "prompt", "temperature", "max_tokens", "seed", "created", "status", "attempts",
               "finished", "output", "prompt_tokens", "tokens", "finish_reason", "problem",
               "stated", "verdict"]  # fmt: skip
    copy_rows(Generation, written, responses())
    return run


if __name__ == "__main__":
    main()

"""The command: python -m moe_core.replay --help."""

import argparse
import json
import os
import sys
import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from moe_core.errors import MethodError, RecordingError
from moe_core.replay import seats
from moe_core.replay.comparison import Comparison, compare
from moe_core.replay.curves import curves, spent
from moe_core.replay.measures import measured, rounded
from moe_core.replay.prepared import Prepared, prepare
from moe_core.replay.recording import Recording, read_recording
from moe_core.replay.splits import (
    CATEGORIES,
    Mean,
    played_splits,
    prepared_splits,
    table,
    with_categories,
)
from moe_core.replay.ways import USUAL, names_of
from moe_core.skills import Embedder
from moe_core.stopping import ALL, STOPPING_RULES

Rows = Mapping[str, Mapping[str, Mean]]


def main() -> int:
    options = _arguments()
    try:
        _run(options)
    except (MethodError, OSError) as error:
        print(f"replay: {error}", file=sys.stderr)
        return 2
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m moe_core.replay",
        description="Compare methods on recorded responses: JSON Lines, JSON, CSV or Parquet.",
    )
    parser.add_argument("--validation-questions", type=Path, metavar="F")
    parser.add_argument("--validation-responses", type=Path, metavar="F")
    parser.add_argument("--questions", type=Path, required=True, metavar="F", help="to be answered")
    parser.add_argument("--responses", type=Path, required=True, metavar="F")
    parser.add_argument(
        "--splits",
        type=_at_least(1),
        metavar="N",
        help="draw the validation questions from the questions, N times, instead of their files",
    )
    parser.add_argument(
        "--validation", type=_at_least(1), default=350, metavar="N", help="how many are drawn"
    )
    parser.add_argument(
        "--categories",
        choices=CATEGORIES,
        default="all",
        help="whose categories are read: of all questions, of the validation questions (those of"
        " the others are guessed), or of none (questions that read alike are a domain)",
    )
    _add_play(parser)
    parser.add_argument("--json", type=Path, required=True, metavar="OUT", help="the figures")
    parser.add_argument("--answers", type=Path, metavar="OUT2", help="every seat and answer")
    options = parser.parse_args()
    files = (options.validation_questions, options.validation_responses)
    if options.splits and (any(files) or options.answers):
        parser.error("--splits draws its own validation questions, and keeps no answers")
    if options.splits and options.stopping != ALL.name:
        parser.error("--splits asks every seat: leave --stopping out")
    if not options.splits and not all(files):
        parser.error("give --validation-questions and --validation-responses, or --splits")
    return options


def _add_play(parser: argparse.ArgumentParser) -> None:
    """What is played, and what is told of it."""
    parser.add_argument("--k", type=_at_least(1), default=3, help="seats per question")
    parser.add_argument(
        "--seats",
        type=_at_least(1),
        metavar="K",
        help="instead of one k: accuracy against generations, with 1 to K seats, with all experts,"
        " and until one answer is two ahead",
    )
    parser.add_argument(
        "--methods",
        default=",".join(USUAL),
        help="names with commas between; `comparators`: all of them",
    )
    parser.add_argument("--seeds", type=_at_least(1), default=5, help="for methods that draw")
    _add_seats(parser)
    parser.add_argument("--bootstrap", type=_at_least(1), default=1000, help="samples")
    parser.add_argument(
        "--curves",
        action="store_true",
        help="also accuracy against characters, one seat, where files tell how long responses are",
    )


def _add_seats(parser: argparse.ArgumentParser) -> None:
    """Which of the recruited seats are asked, or redrawn."""
    parser.add_argument("--trim", action="store_true", help="redraw seats of rarely recruited ones")
    told = "; ".join(f"{rule.name}: {rule.title}" for rule in STOPPING_RULES.values())
    parser.add_argument(
        "--stopping",
        choices=STOPPING_RULES,
        default=ALL.name,
        help=f"which seats are asked, in one pass over the experts, the strongest first: {told}",
    )


def _at_least(least: int) -> Any:
    def number(text: str) -> int:
        value = int(text)
        if value < least:
            raise argparse.ArgumentTypeError(f"give {least} or more")
        return value

    return number


def _run(options: argparse.Namespace) -> None:
    names = names_of(options.methods)
    test = read_recording(options.questions, options.responses)
    if options.splits:
        _run_splits(options, names, test)
        return
    validation = read_recording(options.validation_questions, options.validation_responses)
    validation, test, ignored = _of_one_pool(validation, test)
    validation, test = with_categories(options.categories, validation, test)
    if options.seats:
        _run_seats(options, names, test, [(prepare(validation, test, _embedder()), test)])
        return
    started = time.perf_counter()
    prepared = prepare(validation, test, _embedder())
    seconds = time.perf_counter() - started
    asks = STOPPING_RULES[options.stopping]
    comparison = compare(names, prepared, test, options.k, options.seeds, options.trim, asks)
    figures = _about(options, test) | {
        "validation_questions": len(validation.questions),
        "missing_responses": {"validation": validation.missing, "test": test.missing},
        "ignored_models": ignored,
        "preparing_seconds": round(seconds, 1),
        "methods": comparison.figures(options.bootstrap),
    }
    rows = measured([comparison]) if test.graded.any() else {}
    for name, row in rows.items():
        figures["methods"][name]["measures"] = rounded(row)
    drawn = curves(prepared, validation, test) if options.curves else {}
    costs = spent(drawn, options.bootstrap) if drawn else {}
    if costs:
        figures["curves"] = {name: rounded(row) for name, row in costs.items()}
    _write(options, figures, comparison)
    _print(figures, rows, costs)


def _run_splits(options: argparse.Namespace, names: list[str], recording: Recording) -> None:
    how = (options.splits, options.validation, options.categories, _embedder())
    if options.seats:
        _run_seats(options, names, recording, prepared_splits(recording, *how))
        return
    draws = played_splits(recording, names, *how, options.k, options.seeds, options.trim)
    found = measured(draws)
    figures = _about(options, recording) | {
        "splits": options.splits,
        "validation_questions": options.validation,
        "missing_responses": {"all": recording.missing},
        "methods": {name: rounded(row) for name, row in found.items()},
    }
    _write(options, figures)
    print(
        f"{options.splits} times {options.validation} of {len(recording.questions)} questions for"
        f" validation, {len(recording.models)} experts, k = {options.k}; categories read:"
        f" {options.categories}. Right in %, points over others; ± one standard error"
    )
    print("\n".join(table(found)))


def _run_seats(
    options: argparse.Namespace,
    names: list[str],
    recording: Recording,
    splits: Iterable[tuple[Prepared, Recording]],
) -> None:
    found = seats.points([seats.played(names, *split, options.seats) for split in splits])
    figures = _about(options, recording) | {
        "splits": options.splits,
        "seats": [of.figures for of in found],
    }
    _write(options, figures)
    print(
        f"{len(recording.questions)} questions, {len(recording.models)} experts; categories read:"
        f" {options.categories}. Seats asked on average, right in %, points over others; ± one"
        " standard error"
    )
    print("\n".join(seats.table(found)))


def _embedder() -> Embedder:
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    from moe_core.embedder import embed  # takes seconds to import

    return embed


def _about(options: argparse.Namespace, test: Recording) -> dict[str, Any]:
    return {
        "questions": len(test.questions),
        "experts": len(test.models),
        "k": options.k,
        "stopping": options.stopping,
        "categories": options.categories,
        "graded": int(test.graded.sum()),
        "seeds": options.seeds,
    }


def _of_one_pool(validation: Recording, test: Recording) -> tuple[Recording, Recording, list[str]]:
    """Both with the models that answered in both; and those that are left out."""
    models = [model for model in validation.models if model in test.models]
    if not models:
        raise RecordingError(
            "no model has responses to both the validation and the test questions: validation has"
            f" {', '.join(validation.models[:3])}, the test {', '.join(test.models[:3])}"
        )
    ignored = sorted({*validation.models, *test.models} - set(models))
    return validation.of(models), test.of(models), ignored


def _write(
    options: argparse.Namespace, figures: dict[str, Any], comparison: Comparison | None = None
) -> None:
    options.json.parent.mkdir(parents=True, exist_ok=True)
    options.json.write_text(json.dumps(figures, indent=2) + "\n")
    if options.answers and comparison:
        options.answers.parent.mkdir(parents=True, exist_ok=True)
        with options.answers.open("w", encoding="utf-8") as file:
            for line in comparison.answers():
                file.write(json.dumps(line, ensure_ascii=False) + "\n")


def _print(figures: dict[str, Any], rows: Rows, costs: Rows) -> None:
    missing = figures["missing_responses"]
    print(
        f"{figures['questions']} questions, {figures['experts']} experts, k = {figures['k']};"
        f" categories read: {figures['categories']};"
        f" absent responses: {missing['validation']} in validation, {missing['test']} in the test"
    )
    if figures["ignored_models"]:
        print(f"left out, without responses to both: {', '.join(figures['ignored_models'])}")
    if rows:
        print("Right in %, points over others; ± one standard error of the questions")
        print("\n".join(table(rows)))
        if figures["stopping"] != ALL.name:
            found = figures["methods"].items()
            others = [name for name, of in found if not of.get("same_answers", True)]
            print(f"Other answers than with every seat asked: {', '.join(others) or 'none'}")
    else:
        print("no gold answers: nothing is graded; --answers keeps what was answered")
    if costs:
        print("One seat, accuracy against characters: AIQ in %, points over the best experts mixed")
        print("\n".join(table(costs)))


if __name__ == "__main__":
    sys.exit(main())

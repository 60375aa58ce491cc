"""The command: python -m moe_core.replay --help."""

import argparse
import json
import os
import sys
import time
from pathlib import Path
from typing import Any

from moe_core.errors import MethodError, RecordingError
from moe_core.replay.comparison import Comparison, compare
from moe_core.replay.prepared import prepare
from moe_core.replay.recording import Recording, read_recording
from moe_core.replay.ways import USUAL, names_of


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
    parser.add_argument("--validation-questions", type=Path, required=True, metavar="F")
    parser.add_argument("--validation-responses", type=Path, required=True, metavar="F")
    parser.add_argument("--questions", type=Path, required=True, metavar="F", help="to be answered")
    parser.add_argument("--responses", type=Path, required=True, metavar="F")
    parser.add_argument("--k", type=_at_least(1), default=3, help="seats per question")
    parser.add_argument("--methods", default=",".join(USUAL), help="names with commas between")
    parser.add_argument("--seeds", type=_at_least(1), default=5, help="for methods that draw")
    parser.add_argument("--bootstrap", type=_at_least(1), default=1000, help="samples")
    parser.add_argument("--trim", action="store_true", help="redraw seats of rarely recruited ones")
    parser.add_argument("--json", type=Path, required=True, metavar="OUT", help="the figures")
    parser.add_argument("--answers", type=Path, metavar="OUT2", help="every seat and answer")
    return parser.parse_args()


def _at_least(least: int) -> Any:
    def number(text: str) -> int:
        value = int(text)
        if value < least:
            raise argparse.ArgumentTypeError(f"give {least} or more")
        return value

    return number


def _run(options: argparse.Namespace) -> None:
    names = names_of(options.methods)
    validation = read_recording(options.validation_questions, options.validation_responses)
    test = read_recording(options.questions, options.responses)
    validation, test, ignored = _of_one_pool(validation, test)
    started = time.perf_counter()
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    from moe_core.embedder import embed  # takes seconds to import

    prepared = prepare(validation, test, embed)
    seconds = time.perf_counter() - started
    comparison = compare(names, prepared, test, options.k, options.seeds, options.trim)
    figures = {
        "questions": len(test.questions),
        "experts": len(test.models),
        "k": options.k,
        "graded": sum(bool(question.gold) for question in test.questions),
        "validation_questions": len(validation.questions),
        "missing_responses": {"validation": validation.missing, "test": test.missing},
        "ignored_models": ignored,
        "seeds": options.seeds,
        "preparing_seconds": round(seconds, 1),
        "methods": comparison.figures(options.bootstrap),
    }
    _write(options, figures, comparison)
    _print(figures)


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


def _write(options: argparse.Namespace, figures: dict[str, Any], comparison: Comparison) -> None:
    options.json.parent.mkdir(parents=True, exist_ok=True)
    options.json.write_text(json.dumps(figures, indent=2) + "\n")
    if options.answers:
        options.answers.parent.mkdir(parents=True, exist_ok=True)
        with options.answers.open("w", encoding="utf-8") as file:
            for line in comparison.answers():
                file.write(json.dumps(line, ensure_ascii=False) + "\n")


def _print(figures: dict[str, Any]) -> None:
    missing = figures["missing_responses"]
    print(
        f"{figures['questions']} questions, {figures['experts']} experts, k = {figures['k']};"
        f" absent responses: {missing['validation']} in validation, {missing['test']} in the test"
    )
    if figures["ignored_models"]:
        print(f"left out, without responses to both: {', '.join(figures['ignored_models'])}")
    print(f"{'method':<22}{'right':>7}   {'95 %':<16}{'over task-top-k':<24}{'experts':>7}{'s':>8}")
    for name, of in figures["methods"].items():
        print(f"{name:<22}{_row(of)}")


def _row(of: dict[str, Any]) -> str:
    right = "" if of["accuracy"] is None else f"{of['accuracy']:.1f}"
    interval = "" if not of["ci95"] else "{:.1f} to {:.1f}".format(*of["ci95"])
    over = of.get("vs_task_top_k")
    points = (
        "" if not over else "{:+.1f} ({:+.1f} to {:+.1f})".format(over["difference"], *over["ci95"])
    )
    return (
        f"{right:>7}   {interval:<16}{points:<24}{of['distinct_experts']:>7}{of['seconds']:>8.2f}"
    )


if __name__ == "__main__":
    sys.exit(main())

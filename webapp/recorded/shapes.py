"""How logs of responses are laid out: the one list of those that are recognised.

A log is told by the names of its columns. Each shape says where in a row its parts lie: paths such
as "doc.question", the surest first; the first that a row has is taken. To add one, add an entry,
and a line to tests/recorded/test_shapes.py.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from webapp.files.errors import FileRefused, listed, short
from webapp.recorded.mapping import ALONE, ROLES, check_mapping, wrong

SAMPLES, SAME = "samples", "the same"
# Columns of a wide file that are no model's: of the question, or how it was graded.
NO_MODEL = {
    *("category", "subject", "subset", "split", "source", "dataset", "choices", "options"),
    *("answer", "gold", "target", "label", "reference", "ground_truth", "correct", "score", "cost"),
}
_IDS = ("question_id", "id", "qid", "uuid", "task_id", "problem_id", "index")
_TEXTS = ("question", "prompt", "input", "query", "problem", "question_text")
_DOC_TEXTS = ("question", "problem", "query", "input", "prompt", "instruction", "text")


@dataclass(frozen=True)
class Shape:
    """Where the parts of a response lie. `told_by` names columns that only such logs have."""

    name: str
    source: str  # where the project itself says so
    told_by: frozenset[str]
    paths: Mapping[str, tuple[str, ...]]  # role → paths, the surest first
    again: str = ""  # what a second row of a model and a question is; empty: a mistake
    question_set: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    wide: tuple[str, ...] = ()  # columns that hold what one model each wrote


SHAPES = (
    Shape(
        "lm-evaluation-harness samples",
        "EleutherAI/lm-evaluation-harness, lm_eval/evaluator.py: what log_samples writes",
        frozenset({"doc_id", "doc", "resps"}),
        {
            "id": ("doc.question_id", "doc.id", "doc.task_id", "doc_id"),
            "question": tuple(f"doc.{name}" for name in _DOC_TEXTS),
            "output": ("resps",),
            "model": ("model", "model_name"),
        },
        again=SAME,  # by another filter
        question_set={
            "options": ("doc.options", "doc.choices"),
            "answer": ("doc.answer", "target"),
            "category": ("doc.category", "doc.subject"),
        },
    ),
    Shape(
        "Inspect log",
        "UKGovernmentBEIS/inspect_ai, inspect_ai.log.EvalLog",
        frozenset({"epoch", "target", "output", "model", "input", "id"}),
        {"id": ("id",), "question": ("input",), "output": ("output",), "model": ("model",)},
        again=SAMPLES,
        question_set={"options": ("choices",), "answer": ("target",)},
    ),
    Shape(
        "MMLU-Pro eval_results",
        "TIGER-AI-Lab/MMLU-Pro, evaluate_from_api.py and evaluate_from_local.py",
        frozenset({"question_id", "model_outputs", "pred"}),
        {
            "id": ("question_id",),
            "question": ("question",),
            "output": ("model_outputs",),
            "model": ("model", "model_name"),
        },
        question_set={
            "options": ("options",),
            "answer": ("answer",),
            "category": ("category",),
        },
    ),
    Shape(
        "RouterArena cached results",
        "RouteWorks/RouterArena, cached_results/*.jsonl",
        frozenset({"global_index", "generated_answer", "llm_selected"}),
        {
            "id": ("global_index",),
            "question": ("question",),
            "output": ("generated_answer",),
            "model": ("llm_selected",),
        },
        question_set={"answer": ("evaluation_result.ground_truth",)},
    ),
    Shape(
        "RouterArena predictions",
        "RouteWorks/RouterArena, router_inference/check_config_prediction_files.py",
        frozenset({"prediction", "generated_result", "prompt"}),
        {
            "id": ("global index", "global_index"),
            "question": ("prompt", "prompt_formatted"),
            "output": ("generated_result.generated_answer",),
            "model": ("prediction",),
        },
    ),
    Shape(
        "LLMRouterBench records",
        "ynulihao/LLMRouterBench, data_collector/README.md, “Result Format”",
        frozenset({"origin_query", "prediction", "ground_truth"}),
        {
            "id": ("index",),
            "question": ("origin_query", "prompt"),
            "output": ("raw_output", "prediction"),
            "model": ("model_name", "model"),
        },
        question_set={"answer": ("ground_truth",)},
    ),
    Shape(
        "ZeroEval results",
        "WildEval/ZeroEval, result_dirs/*/*.json",
        frozenset({"generator", "session_id", "output"}),
        {
            "id": ("session_id", "id"),
            "question": ("question", "problem"),
            "output": ("output",),
            "model": ("generator",),
        },
        question_set={
            "options": ("choices",),
            "answer": ("correct_answer", "answer", "solution"),
        },
    ),
)
# Logs that nobody in particular writes, by the names that columns usually have.
PLAIN = Shape(
    "columns",
    "",
    frozenset(),
    {
        "id": _IDS,
        "question": _TEXTS,
        "output": ("output", "model_output", "model_outputs", "response", "completion"),
        "model": ("model", "model_name", "expert", "llm", "generator"),
    },
    question_set={
        "options": ("options", "choices"),
        "answer": ("answer", "gold", "target", "ground_truth"),
        "category": ("category", "subject"),
    },
)


def shape_of(names: Sequence[str], mapping: Mapping[str, Any]) -> Shape:
    """How the rows of a file with these columns are read. The mapping rules.

    Raises FileRefused where a part that is needed cannot be told.
    """
    shape = _told(names, mapping)
    _check(shape, names, mapping)
    return shape


def paths_of(names: Sequence[str], mapping: Mapping[str, Any]) -> dict[str, list[str]]:
    """Role → the paths that its part is looked for at, for people to see; as far as can be told."""
    try:
        shape = _told(names, mapping)
    except FileRefused:
        return {}
    wide = {"output": list(shape.wide)} if shape.wide else {}
    roles = dict(shape.paths) | dict(shape.question_set)
    return {role: list(paths) for role, paths in roles.items()} | wide


def _told(names: Sequence[str], mapping: Mapping[str, Any]) -> Shape:
    """Raises FileRefused for a mapping that does not fit the file."""
    check_mapping(mapping)
    told = next((shape for shape in SHAPES if shape.told_by <= set(names)), PLAIN)
    shape = _mapped(_present(told, names), names, mapping)
    return shape if "output" in shape.paths or shape.wide else _wide(shape, names)


def columns_of(shape: Shape, names: Sequence[str]) -> dict[str, list[str]]:
    """Role → the file's columns that its paths begin in."""
    roles = dict(shape.paths) | dict(shape.question_set)
    if shape.wide:
        roles["output"] = shape.wide
    if "resps" in names and "arguments" in names:  # likelihoods say nothing without them
        roles["arguments"] = ("arguments",)
    return {
        role: list(dict.fromkeys(way[0] for path in paths if (way := way_of(path, names))))
        for role, paths in roles.items()
    }


def way_of(path: str, names: Sequence[str]) -> list[str]:
    """The column and the names of members in it; empty where there is no such column.

    A column's own name may hold dots.
    """
    parts = path.split(".")
    for size in range(len(parts), 0, -1):
        if (column := ".".join(parts[:size])) in names:
            return [column, *parts[size:]]
    return []


def _present(shape: Shape, names: Sequence[str]) -> Shape:
    """Without the paths into columns that the file does not have, whatever their case."""
    known = {name.strip().casefold(): name for name in names}

    def there(paths: tuple[str, ...]) -> tuple[str, ...]:
        spelled = (known.get(path.casefold(), path) for path in paths)
        return tuple(path for path in spelled if way_of(path, names))

    kept = {role: found for role, paths in shape.paths.items() if (found := there(paths))}
    rest = {role: found for role, paths in shape.question_set.items() if (found := there(paths))}
    return replace(shape, paths=kept, question_set=rest)


def _mapped(shape: Shape, names: Sequence[str], mapping: Mapping[str, Any]) -> Shape:
    paths, wide, again = dict(shape.paths), shape.wide, shape.again
    for role in ROLES:
        if role not in mapping:
            continue
        columns = mapping[role]
        given = columns if isinstance(columns, list) else [columns] if columns is not None else []
        for path in given:
            if not way_of(path, names):
                raise wrong(
                    f"The mapping of {role} names {short(path)}, and the file has no such column."
                )
        paths.pop(role, None)
        if isinstance(columns, list):
            wide = tuple(columns)
        elif columns is not None:
            paths[role] = (columns,)
            wide = () if role == "output" else wide
    if wide:
        paths.pop("output", None)
        paths.pop("model", None)
    if "sample" in paths:
        again = SAMPLES
    return replace(shape, paths=paths, wide=wide, again=again)


def _wide(shape: Shape, names: Sequence[str]) -> Shape:
    """A column for each model: all that is left beside the question and what goes with it."""
    used = {way_of(path, names)[0] for paths in shape.paths.values() for path in paths}
    used |= {way_of(path, names)[0] for paths in shape.question_set.values() for path in paths}
    left = [n for n in names if n and n not in used and n.strip().casefold() not in NO_MODEL]
    if "model" in shape.paths or "question" not in shape.paths or not left:
        return shape
    return replace(shape, name="a column for each model", wide=tuple(left))


def _check(shape: Shape, names: Sequence[str], mapping: Mapping[str, Any]) -> None:
    there = f"The columns are: {listed(names)}."
    if "id" not in shape.paths and "question" not in shape.paths:
        raise FileRefused(
            f"No column holds the question_id, nor the question's text: say which does. {there}",
            field="mapping",
        )
    if "output" not in shape.paths and not shape.wide:
        raise FileRefused(
            "No column holds the output, which is what a model wrote; scores alone cannot be"
            f" played back. {there}",
            field="mapping",
        )
    if "model" not in shape.paths and not shape.wide and not mapping.get(ALONE):
        raise FileRefused(
            "The file does not name its model: type the model's name, or say which column holds"
            f" it. {there}",
            field="mapping",
        )

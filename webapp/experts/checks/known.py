"""What the installed vLLM and transformers know, read in their sources: importing them takes half a
minute and a GPU's memory. Where they are not installed nothing is known, and nothing is refused.
"""

import ast
from collections.abc import Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path

# Tables of vllm/model_executor/models/registry.py whose models write text.
WRITING = {
    "_TEXT_GENERATION_MODELS",
    "_MULTIMODAL_MODELS",
    "_TRANSFORMERS_SUPPORTED_MODELS",
    "_TRANSFORMERS_BACKEND_MODELS",
}
EVERY = "_VLLM_MODELS"  # the table that all others are spread into
# How checkpoints call what vLLM calls otherwise (`override_quantization_method` of its INC).
OTHER_PACKINGS = {"auto-round"}


@cache
def writing() -> frozenset[str]:
    """Architectures that vLLM has and that write text."""
    return frozenset(name for table, names in _registry() for name in names if table in WRITING)


@cache
def not_writing() -> frozenset[str]:
    """Those that vLLM has for something else: embeddings, rewards, drafts."""
    return frozenset(name for _, names in _registry() for name in names) - writing()


@cache
def of_transformers() -> frozenset[str]:
    """Architectures that vLLM may take from transformers."""
    tree = _source("transformers", "models/auto/modeling_auto.py")
    return frozenset(_texts(tree)) if tree else frozenset()


@cache
def model_types() -> frozenset[str]:
    """Values of a config's `model_type` that need no code of the checkpoint's, among other texts
    that stand beside them."""
    files = (f"models/auto/{name}.py" for name in ("auto_mappings", "configuration_auto"))
    mapped = [tree for file in files if (tree := _source("transformers", file))]
    own = _assigned(_source("vllm", "transformers_utils/config.py")).get("_CONFIG_REGISTRY")
    if own is None or not mapped:
        return frozenset()
    words = {node.arg for node in ast.walk(own) if isinstance(node, ast.keyword) and node.arg}
    return frozenset(words.union(*map(_texts, [own, *mapped])))


@cache
def packings() -> tuple[str, ...]:
    """Ways to pack weights, as vLLM names them."""
    found = _assigned(_source("vllm", "model_executor/layers/quantization/__init__.py"))
    every, gone = found.get("QuantizationMethods"), found.get("DEPRECATED_QUANTIZATION_METHODS")
    left_out = set(_texts(gone)) if gone else set()
    return tuple(name for name in _texts(every) if name not in left_out) if every else ()


@cache
def reasoning_parsers() -> tuple[str, ...]:
    """What parts thinking and answer, as vLLM names it."""
    found = _assigned(_source("vllm", "reasoning/__init__.py")).get(
        "_REASONING_PARSERS_TO_REGISTER"
    )
    keys = found.keys if isinstance(found, ast.Dict) else []
    return tuple(str(name.value) for name in keys if isinstance(name, ast.Constant))


def _registry() -> Iterator[tuple[str, set[str]]]:
    """Tables with the names of their architectures."""
    found = _assigned(_source("vllm", "model_executor/models/registry.py"))
    if EVERY not in found:
        return
    spread = {node.id for node in ast.walk(found[EVERY]) if isinstance(node, ast.Name)}
    for table in spread & found.keys():
        value = found[table]
        names = value.keys if isinstance(value, ast.Dict) else []
        yield table, {str(name.value) for name in names if isinstance(name, ast.Constant)}


def _source(package: str, file: str) -> ast.Module | None:
    """The syntax tree of a file of an installed package; nothing of it runs."""
    found = find_spec(package)
    for folder in (found.submodule_search_locations or []) if found else []:
        if (path := Path(folder) / file).exists():
            return ast.parse(path.read_text())
    return None


def _assigned(tree: ast.Module | None) -> dict[str, ast.expr]:
    """Values by the names that they are given at the top of a module."""
    values: dict[str, ast.expr] = {}
    for line in tree.body if tree else []:
        if isinstance(line, ast.Assign) and isinstance(line.targets[0], ast.Name):
            values[line.targets[0].id] = line.value
        elif isinstance(line, ast.AnnAssign) and isinstance(line.target, ast.Name) and line.value:
            values[line.target.id] = line.value
    return values


def _texts(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value

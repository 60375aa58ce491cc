"""What we call of vLLM, held against the sources of its build for CUDA, which no CPU can run."""

import ast
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from gpu_worker import blame, vllm_engine
from moe_core.engine import Checkpoint
from tests.conftest import ROOT
from tests.gpu_worker.cuda_sources import class_of, cuda_sources, fields, methods, parsed
from tests.machine.fake_gpu import fake_driver, on_fake_gpu

# What imports vllm; PHASES, which are looked for by name, are the child's.
CHILD = ast.Module(
    [
        node
        for name in ("vllm_child", "vllm_prompts")
        for node in parsed(ROOT / "gpu_worker" / f"{name}.py").body
    ],
    type_ignores=[],
)


@pytest.fixture(scope="module")
def vllm() -> Path:
    return cuda_sources() / "vllm"


def calls(name: str) -> Iterator[ast.Call]:
    """Our calls of a function, or of a method on something: `LLM`, `self._engine.step`."""
    for node in ast.walk(CHILD):
        if isinstance(node, ast.Call) and ast.unparse(node.func).startswith(name):
            yield node


def keywords(name: str) -> set[str]:
    return {word.arg for call in calls(name) for word in call.keywords if word.arg}


def used(of: str) -> set[str]:
    """Attributes that we ask of something, such as `self._llm`."""
    return {
        node.attr
        for node in ast.walk(CHILD)
        if isinstance(node, ast.Attribute) and ast.unparse(node.value) == of
    }


def test_an_engine_is_made_with_options_that_it_has(vllm: Path) -> None:
    llm = methods(class_of(vllm / "entrypoints/llm.py", "LLM"))["__init__"]
    assert llm.kwarg, "what it does not name goes to EngineArgs"
    known = {argument.arg for argument in llm.args + llm.kwonlyargs}
    known |= fields(class_of(vllm / "engine/arg_utils.py", "EngineArgs"))
    given = keywords("LLM") | {*vllm_engine.options_on_cuda(Checkpoint("a"), sleeping=True)}
    assert {"model", "max_model_len", "gpu_memory_utilization", "enable_sleep_mode"} <= given
    assert given <= known


@pytest.mark.parametrize(
    ("of", "file", "name"),
    [
        ("self._llm", "entrypoints/llm.py", "LLM"),
        ("self._engine", "v1/engine/llm_engine.py", "LLMEngine"),
        ("out", "outputs.py", "RequestOutput"),
        ("written", "outputs.py", "CompletionOutput"),
    ],
)
def test_what_is_asked_of_it_is_there(vllm: Path, of: str, file: str, name: str) -> None:
    there = class_of(vllm / file, name)
    asked = used(of)
    assert asked and asked <= fields(there) | set(methods(there))


@pytest.mark.parametrize(
    ("of", "file", "name"),
    [
        ("self._llm", "entrypoints/llm.py", "LLM"),
        ("self._engine", "v1/engine/llm_engine.py", "LLMEngine"),
    ],
)
def test_calls_have_the_arguments_that_methods_take(
    vllm: Path, of: str, file: str, name: str
) -> None:
    signatures = methods(class_of(vllm / file, name))
    for call in calls(f"{of}."):
        assert isinstance(call.func, ast.Attribute)
        if signature := signatures.get(call.func.attr):
            names = [a.arg for a in signature.args[1:]]
            assert len(call.args) <= len(names), ast.unparse(call)
            given = {word.arg for word in call.keywords}
            assert given <= {*names, *(a.arg for a in signature.kwonlyargs)}, ast.unparse(call)


def test_prompts_and_sampling_have_the_fields_that_are_set(vllm: Path) -> None:
    sampling = class_of(vllm / "sampling_params.py", "SamplingParams")
    assert keywords("SamplingParams") <= fields(sampling)
    assert keywords("TokensPrompt") <= _with_bases(vllm / "inputs/llm.py", "TokensPrompt")
    kinds = class_of(vllm / "sampling_params.py", "RequestOutputKind")
    assert "FINAL_ONLY" in ast.unparse(kinds)


def _with_bases(file: Path, name: str) -> set[str]:
    here = {node.name for node in parsed(file).body if isinstance(node, ast.ClassDef)}
    of = class_of(file, name)
    bases = [base.id for base in of.bases if isinstance(base, ast.Name) and base.id in here]
    return fields(of).union(*(_with_bases(file, base) for base in bases))


def test_workers_do_what_they_are_sent(vllm: Path) -> None:
    worker = class_of(vllm / "v1/worker/gpu_worker.py", "Worker")
    (phases,) = (n.value for n in CHILD.body if ast.unparse(n).startswith("PHASES = "))  # type: ignore[attr-defined]
    timed = set(ast.literal_eval(phases))
    assert timed | {"sleep", "wake_up", "reload_weights"} <= set(methods(worker))
    assert "model_runner" in fields(worker)
    for runner in ("v1/worker/gpu/model_runner.py", "v1/worker/gpu_model_runner.py"):
        assert "model" in fields(class_of(vllm / runner, "GPUModelRunner"))


def test_names_are_imported_from_where_they_are(vllm: Path) -> None:
    froms = [n for n in ast.walk(CHILD) if isinstance(n, ast.ImportFrom) and n.module]
    ours = [n for n in froms if str(n.module).split(".")[0] == "vllm"]
    assert ours
    for node in ours:
        path = vllm.parent / str(node.module).replace(".", "/")
        file = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
        text = file.read_text()
        assert all(re.search(rf"\b{name.name}\b", text) for name in node.names), ast.unparse(node)


def test_settings_are_those_that_it_reads(vllm: Path) -> None:
    text = (vllm / "envs.py").read_text()
    names = {n for n in vllm_engine.ENVIRONMENT | vllm_engine.ON_CUDA if n.startswith("VLLM_")}
    assert not {name for name in names if f'"{name}": ' not in text}


def test_a_context_length_of_minus_one_means_what_fits(vllm: Path) -> None:
    assert "original_max_model_len == -1" in (vllm / "v1/core/kv_cache_utils.py").read_text()


@pytest.mark.parametrize(
    ("file", "said"),
    [
        ("v1/worker/utils.py", "Free memory on device"),
        ("v1/worker/utils.py", "on startup is less than"),
        ("v1/worker/gpu_worker.py", "Error in memory profiling"),
        ("v1/worker/gpu_worker.py", "Memory usage increased after sleeping"),
        ("v1/core/kv_cache_utils.py", "No available memory for the cache blocks"),
        ("v1/core/kv_cache_utils.py", "larger than the available KV cache memory"),
        ("v1/core/kv_cache_utils.py", "Cannot auto-fit max_model_len"),
        ("config/device.py", "Failed to infer device type"),
        ("distributed/device_communicators/pynccl_wrapper.py", "NCCL error"),
        ("model_executor/model_loader/default_loader.py", "Cannot find any model weights"),
    ],
)
def test_what_it_says_of_trouble_is_what_we_listen_for(vllm: Path, file: str, said: str) -> None:
    text = re.sub(r'"\s*\n\s*f?"', "", (vllm / file).read_text())  # sentences over several lines
    assert said in text
    patterns = [p for _, texts in blame.KINDS for p in texts] + [blame.NO_ROOM, blame.OWN_TEXT]
    assert any(said in part for pattern in patterns for part in re.split(r"\||\.\*", pattern)) or (
        any(re.search(pattern, said) for pattern in patterns)
    )


IMPORT = """
import importlib, sys, torch
from webapp.machine import build
build.is_cuda = lambda: True
from gpu_worker.vllm_engine import PRELOADED
for name in PRELOADED: importlib.import_module(name)
from vllm.platforms import current_platform
print(type(current_platform).__name__, torch.cuda.is_initialized(), sys.modules["flashinfer"])
"""


def test_importing_it_initialises_no_cuda(vllm: Path, tmp_path: Path) -> None:
    """Or no engine could be forked from the process that has imported it."""
    log = tmp_path / "cuda.log"
    env = on_fake_gpu(fake_driver(tmp_path)) | {
        "PYTHONPATH": os.pathsep.join([str(vllm.parent), str(ROOT)]),
        "FAKE_CUDA_LOG": str(log),
        "PATH": "/nowhere",  # with no nvcc
    }
    env |= vllm_engine.ENVIRONMENT | vllm_engine.ON_CUDA
    done = subprocess.run(
        [sys.executable, "-c", IMPORT], cwd=tmp_path, env=env, capture_output=True, text=True
    )
    assert done.stdout.split() == ["NvmlCudaPlatform", "False", "None"], done.stderr[-3000:]
    assert not log.exists(), "somebody called cuInit"

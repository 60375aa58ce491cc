"""Weights that are missing, cut, or of another kind: each is told by its name, with what to do."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from tests.conftest import DEMO
from tests.experts.memory.checkpoints import LLAMA, dense, write
from webapp.experts.checkpoints import checkpoint_problem
from webapp.experts.checks import Asked, mistakes
from webapp.experts.sizes import size_of_checkpoint
from webapp.experts.weight_files import ADAPTER, INDEX, tensors_problem

POINTER = "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 4976698672\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A checkpoint in two files, with nothing wrong."""
    return in_two(tmp_path / "model")


def in_two(folder: Path) -> Path:
    first = {name: told for name, told in dense().items() if "layers.1" not in name}
    second = {name: told for name, told in dense().items() if "layers.1" in name}
    names = ["model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors"]
    write(folder, LLAMA, first, second, names=names)
    (folder / "tokenizer.json").write_text("{}")
    shards = dict.fromkeys(first, names[0]) | dict.fromkeys(second, names[1])
    (folder / INDEX).write_text(json.dumps({"weight_map": shards}))
    return folder


def test_a_whole_checkpoint(folder: Path) -> None:
    assert checkpoint_problem(str(folder)) == tensors_problem(folder) == ""
    (folder / INDEX).unlink()
    assert checkpoint_problem(str(folder)) == tensors_problem(folder) == ""


def test_missing_shards_are_named(folder: Path) -> None:
    (folder / "model-00002-of-00002.safetensors").unlink()
    told = checkpoint_problem(str(folder))
    assert "lacks 1 of its 2 weight files (model-00002-of-00002.safetensors)" in told
    (folder / INDEX).unlink()  # the others' names tell as well
    assert checkpoint_problem(str(folder)) == told


def test_a_shard_that_is_cut(folder: Path) -> None:
    file = folder / "model-00002-of-00002.safetensors"
    with file.open("r+b") as content:
        content.truncate(file.stat().st_size - 1)
    assert f"{file} is cut off" in checkpoint_problem(str(folder))


def test_an_index_that_is_of_other_files(folder: Path) -> None:
    index = json.loads((folder / INDEX).read_text())
    index["weight_map"]["model.layers.2.mlp.up_proj.weight"] = "model-00001-of-00002.safetensors"
    (folder / INDEX).write_text(json.dumps(index))
    assert checkpoint_problem(str(folder)) == ""
    assert "lacks the tensor model.layers.2.mlp.up_proj.weight" in tensors_problem(folder)


@pytest.mark.parametrize("text", ["{", "[]", "{}", '{"weight_map": []}'])
def test_an_index_that_cannot_be_read(folder: Path, text: str) -> None:
    (folder / INDEX).write_text(text)
    assert f"{INDEX} cannot be read" in checkpoint_problem(str(folder))


@pytest.mark.parametrize(
    "name", ["model-00001-of-00002.safetensors", "tokenizer.json", "config.json"]
)
def test_what_git_lfs_left_in_place_of_a_file(folder: Path, name: str) -> None:
    (folder / name).write_text(POINTER)
    told = checkpoint_problem(str(folder))
    assert f"{name} is only a Git LFS pointer" in told and f"`git lfs pull` in {folder}" in told


@pytest.mark.parametrize(
    ("names", "words"),
    [
        (["a.Q4_K_M.gguf", "b.gguf", "c.gguf", "d.gguf"], "b.gguf, c.gguf and 1 more"),
        (["pytorch_model.bin", "training_args.bin"], "only pickle weights (pytorch_model.bin)"),
        (["model.pth"], "only pickle weights (model.pth)"),
        ([ADAPTER, "adapter_model.safetensors"], "only a LoRA adapter: merge it"),
        ([ADAPTER, "adapter_model.bin"], "only a LoRA adapter: merge it"),
        (["training_args.bin"], "has no .safetensors file"),
    ],
)
def test_weights_of_another_kind(tmp_path: Path, names: list[str], words: str) -> None:
    (tmp_path / "config.json").write_text("{}")
    (tmp_path / "tokenizer.json").write_text("{}")
    for name in names:
        (tmp_path / name).write_bytes(b"x")
    assert words in checkpoint_problem(str(tmp_path))


@pytest.mark.faults
def test_the_command_that_converts_pickles(tmp_path: Path) -> None:
    """As the message has it, on real weights."""
    source = tmp_path / "old"
    shutil.copytree(DEMO / "experts" / "tiny-01", source)
    weights = source / "model.safetensors"
    torch.save(load_file(weights), source / "pytorch_model.bin")
    weights.unlink()
    _, program, command = checkpoint_problem(str(source)).partition(".venv/bin/python")
    assert program
    subprocess.run(sys.executable + command, shell=True, cwd=tmp_path, check=True)
    made = tmp_path / "old-safetensors"
    assert checkpoint_problem(str(made)) == "" and mistakes(Asked(str(made))) == {}
    sizes = [size_of_checkpoint(str(f)) for f in (made, DEMO / "experts" / "tiny-01")]
    assert sizes[0] == sizes[1]


def test_what_lies_beside_whole_weights_is_no_matter(folder: Path) -> None:
    for name in ("old.gguf", "pytorch_model.bin", ADAPTER, "adapter_model.safetensors"):
        (folder / name).write_bytes(b"x")
    assert checkpoint_problem(str(folder)) == ""
    (folder / INDEX).unlink()
    assert checkpoint_problem(str(folder)) == ""


def test_sources_that_are_no_folder(folder: Path) -> None:
    assert "give the folder" in checkpoint_problem(str(folder / "config.json"))
    assert "There is no folder" in checkpoint_problem("/" + "x" * 400)

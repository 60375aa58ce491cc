"""The checkpoints on disk: complete, small, listed, and able to do what is said of them."""

import json
from itertools import combinations
from pathlib import Path

import pytest

from demo.generate import Checkpoint
from demo.model import LONGEST
from demo.pool import (
    AGGREGATOR,
    ANNOTATOR,
    EXPERTS,
    EXPERTS_FOLDER,
    FIGURES_FILE,
    HERE,
    HOLDERS,
    MAX_NEW_TOKENS,
    POOL_FILE,
    pool,
)
from demo.questions import chosen_samples
from demo.skills import SKILLS
from demo.worked import boxed
from moe_core import prompts

FOLDERS = [expert.folder for expert in EXPERTS] + [
    EXPERTS_FOLDER / ANNOTATOR,
    EXPERTS_FOLDER / AGGREGATOR,
]
FILES = ("config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json")
LARGEST = 8_000_000  # bytes, all checkpoints together
TEST_QUESTIONS = chosen_samples()["test"]


def test_every_skill_has_four_holders_and_no_two_experts_share_more_than_one() -> None:
    assert {len(HOLDERS[skill.name]) for skill in SKILLS} == {4}
    for one, other in combinations(EXPERTS, 2):
        assert len(set(one.skills) & set(other.skills)) <= 1


def test_pool_file_is_what_the_code_says() -> None:
    assert json.loads(POOL_FILE.read_text()) == pool()
    assert all((HERE / entry["folder"]).is_dir() for entry in pool()["experts"])


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_checkpoint_is_complete(folder: Path) -> None:
    assert all((folder / name).stat().st_size for name in FILES)
    assert json.loads((folder / "config.json").read_text())["max_position_embeddings"] == LONGEST
    assert (
        "<|assistant|>"
        in json.loads((folder / "tokenizer_config.json").read_text())["chat_template"]
    )


def test_checkpoints_share_one_tokenizer_and_stay_small() -> None:
    assert len({(folder / "tokenizer.json").read_bytes() for folder in FOLDERS}) == 1
    sizes = [path.stat().st_size for path in EXPERTS_FOLDER.rglob("*") if path.is_file()]
    assert sum(sizes) <= LARGEST


def test_an_expert_answers_its_skills_and_stays_parseable_outside() -> None:
    expert = EXPERTS[0]
    texts = [prompts.respond(sample.question) for sample in TEST_QUESTIONS]
    answers = [
        boxed(text)
        for text in Checkpoint(expert.folder).answer(texts, 0.0, MAX_NEW_TOKENS["experts"])
    ]
    inside: list[bool] = []
    outside: list[bool] = []
    for sample, answer in zip(TEST_QUESTIONS, answers, strict=True):
        (inside if sample.skill in expert.skills else outside).append(answer == sample.answer)
    assert sum(inside) / len(inside) >= 0.85
    assert sum(outside) / len(outside) <= 0.2
    assert sum(answer is not None for answer in answers) / len(answers) >= 0.9


def test_annotator_names_the_skill_first() -> None:
    texts = [prompts.annotate(sample.question) for sample in TEST_QUESTIONS]
    lines = Checkpoint(EXPERTS_FOLDER / ANNOTATOR).answer(texts, 0.0, MAX_NEW_TOKENS["annotator"])
    right = [
        line.startswith(f"Keywords: {sample.skill.name}, ")
        for sample, line in zip(TEST_QUESTIONS, lines, strict=True)
    ]
    assert sum(right) / len(right) >= 0.95


def test_aggregator_follows_two_of_three() -> None:
    samples = TEST_QUESTIONS[:64]
    texts = [
        prompts.aggregate(
            sample.question, [sample.right.text, "1+1=3 So \\boxed{3}.", sample.right.text]
        )
        for sample in samples
    ]
    finals = Checkpoint(EXPERTS_FOLDER / AGGREGATOR).answer(
        texts, 0.0, MAX_NEW_TOKENS["aggregator"]
    )
    right = [boxed(text) == sample.answer for sample, text in zip(samples, finals, strict=True)]
    assert sum(right) / len(right) >= 0.9


def test_figures_cover_every_checkpoint_at_both_temperatures() -> None:
    figures = json.loads(FIGURES_FILE.read_text())
    for part in ("experts", "annotator", "aggregator"):
        assert set(figures[part]) == {"0.0", "0.7"}
    names = {expert.name for expert in EXPERTS}
    assert all(set(experts) == names for experts in figures["experts"].values())

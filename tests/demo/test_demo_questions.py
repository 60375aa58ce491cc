"""The question files are what the generator writes, and apart from each other and training."""

import json

import pytest

from demo.pool import QUESTIONS_FOLDER
from demo.questions import FILES, PER_SKILL, chosen_samples, question_files
from demo.samples import Split, split_of
from demo.skills import BY_NAME, SKILLS


def rows(name: str) -> list[dict[str, str]]:
    lines = (QUESTIONS_FOLDER / f"{name}.jsonl").read_text().splitlines()
    return [json.loads(line) for line in lines]


@pytest.mark.parametrize("name", FILES)
def test_file_is_what_the_generator_writes(name: str) -> None:
    assert (QUESTIONS_FOLDER / f"{name}.jsonl").read_text() == question_files()[name]


@pytest.mark.parametrize("name", FILES)
def test_every_skill_is_asked_equally_often(name: str) -> None:
    categories = [row["category"] for row in rows(name)]
    assert len(categories) >= 240
    assert {skill: categories.count(skill) for skill in BY_NAME} == dict.fromkeys(
        BY_NAME, PER_SKILL
    )


def test_ids_and_questions_are_unique() -> None:
    every = [row for name in FILES for row in rows(name)]
    assert len({row["id"] for row in every}) == len(every)
    assert len({row["question"] for row in every}) == len(every)


def test_operands_are_held_out_and_stand_in_one_file_only() -> None:
    every = [sample for samples in chosen_samples().values() for sample in samples]
    operands = {(sample.skill.name, frozenset(sample.operands)) for sample in every}
    assert len(operands) == len(every) == len(FILES) * PER_SKILL * len(SKILLS)
    assert {split_of(sample.skill, sample.operands) for sample in every} == {Split.HELD_OUT}

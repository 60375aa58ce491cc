"""Measures the checkpoints on held-out operands, with the product's exact prompts.

Every skill is asked in all its phrasings, so many times each.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from random import Random

from demo.generate import Checkpoint
from demo.pool import (
    AGGREGATOR,
    ANNOTATOR,
    EXPERTS,
    EXPERTS_FOLDER,
    HOLDERS,
    MAX_NEW_TOKENS,
    TEMPERATURE,
    Expert,
)
from demo.samples import Sample, Split, draw
from demo.skills import SKILLS
from demo.worked import boxed
from moe_core import prompts

PER_PHRASING = 2  # questions in every cell of the table, times the phrasings
TEMPERATURES = (0.0, TEMPERATURE)
RESPONSES = 3  # k of the paper
SEED = 77


@dataclass(frozen=True)
class ExpertFigures:
    accuracy: dict[str, float]  # by skill
    own_mean: float
    own_least: float
    rest_mean: float
    parseable: float  # share of answers with a boxed part, over all skills


@dataclass(frozen=True)
class AnnotatorFigures:
    first_keyword: dict[str, float]  # by skill: share whose first keyword is the skill's name
    mean: float
    least: float
    different_lines: float  # mean count of different lines in five samples of one question


@dataclass(frozen=True)
class AggregatorFigures:
    aggregator: float
    vote: float
    first_response: float
    questions: int


@cache
def held_out_samples(seed: int = SEED) -> tuple[Sample, ...]:
    rng = Random(seed)
    return tuple(
        draw(skill, rng, Split.HELD_OUT, phrasing)
        for skill in SKILLS
        for phrasing in range(PER_PHRASING * len(skill.phrasings))
    )


def measure_expert(expert: Expert, temperature: float) -> ExpertFigures:
    samples = held_out_samples()
    answers = _responses(expert, samples, temperature, SEED)
    right: dict[str, list[bool]] = {skill.name: [] for skill in SKILLS}
    for sample, answer in zip(samples, answers, strict=True):
        right[sample.skill.name].append(boxed(answer) == sample.answer)
    accuracy = {name: _mean(results) for name, results in right.items()}
    own = [accuracy[skill.name] for skill in expert.skills]
    rest = [accuracy[skill.name] for skill in SKILLS if skill not in expert.skills]
    parseable = _mean([boxed(answer) is not None for answer in answers])
    return ExpertFigures(accuracy, _mean(own), min(own), _mean(rest), parseable)


def measure_annotator(temperature: float) -> AnnotatorFigures:
    checkpoint = Checkpoint(EXPERTS_FOLDER / ANNOTATOR)
    samples = held_out_samples()
    texts = [prompts.annotate(sample.question) for sample in samples]
    right: dict[str, list[bool]] = {skill.name: [] for skill in SKILLS}
    seen: list[set[str]] = [set() for _ in samples]
    for seed in range(5):
        lines = checkpoint.answer(texts, temperature, MAX_NEW_TOKENS["annotator"], seed)
        for place, (sample, line) in enumerate(zip(samples, lines, strict=True)):
            first = line.removeprefix("Keywords: ").split(", ")[0]
            right[sample.skill.name].append(first == sample.skill.name)
            seen[place].add(line)
    first_keyword = {name: _mean(results) for name, results in right.items()}
    return AnnotatorFigures(
        first_keyword,
        _mean(list(first_keyword.values())),
        min(first_keyword.values()),
        _mean([len(lines) for lines in seen]),
    )


def measure_aggregator(temperature: float, strangers: int) -> AggregatorFigures:
    """Three sampled responses a question, `strangers` of them from experts without the skill."""
    samples = held_out_samples(SEED + 1)
    responses = _three_responses(strangers)
    texts = [
        prompts.aggregate(sample.question, three)
        for sample, three in zip(samples, responses, strict=True)
    ]
    checkpoint = Checkpoint(EXPERTS_FOLDER / AGGREGATOR)
    finals = checkpoint.answer(texts, temperature, MAX_NEW_TOKENS["aggregator"], SEED)
    right = [sample.answer for sample in samples]
    return AggregatorFigures(
        _agreement([boxed(final) for final in finals], right),
        _agreement([vote(three) for three in responses], right),
        _agreement([boxed(three[0]) for three in responses], right),
        len(samples),
    )


def vote(responses: Sequence[str]) -> str | None:
    """The most frequent boxed answer, the earliest of equally frequent ones."""
    votes = Counter(answer for answer in map(boxed, responses) if answer is not None)
    return votes.most_common(1)[0][0] if votes else None


@cache
def _three_responses(strangers: int) -> list[list[str]]:
    rng = Random(SEED + 2 + strangers)
    samples = held_out_samples(SEED + 1)
    asked: dict[Expert, list[int]] = {expert: [] for expert in EXPERTS}
    for place, sample in enumerate(samples):
        holders = HOLDERS[sample.skill.name]
        outside = [expert for expert in EXPERTS if expert not in holders]
        chosen = rng.sample(holders, RESPONSES - strangers) + rng.sample(outside, strangers)
        for expert in chosen:
            asked[expert].append(place)
    responses: list[list[str]] = [[] for _ in samples]
    for expert, places in asked.items():
        texts = _responses(expert, [samples[place] for place in places], TEMPERATURE, SEED)
        for place, text in zip(places, texts, strict=True):
            responses[place].append(text)
    for three in responses:
        rng.shuffle(three)
    return responses


def _responses(
    expert: Expert, samples: Sequence[Sample], temperature: float, seed: int
) -> list[str]:
    texts = [prompts.respond(sample.question) for sample in samples]
    return Checkpoint(expert.folder).answer(texts, temperature, MAX_NEW_TOKENS["experts"], seed)


def _agreement(answers: Sequence[str | None], right: Sequence[str]) -> float:
    return _mean([answer == one for answer, one in zip(answers, right, strict=True)])


def _mean(values: Sequence[float]) -> float:
    return round(sum(values) / len(values), 4)

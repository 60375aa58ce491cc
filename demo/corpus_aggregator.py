"""What the aggregator reads in training: a question, responses to it, and the final answer.

It first writes down each response's boxed answer, then the most frequent one. Where several
are equally frequent it is shown the right one, so that it may learn which responses look sound.
After a while it also reads what the experts really answer, to training questions.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from random import Random

from demo.generate import Checkpoint
from demo.model import Shape
from demo.optimise import Example
from demo.pool import EXPERTS, HOLDERS
from demo.samples import Sample, Split, draw
from demo.skills import SKILLS
from demo.worked import boxed, conclusion
from moe_core import prompts

SHAPE = Shape(hidden=96, layers=4, heads=3, inner=192)
COUNTS = (3, 3, 3, 3, 3, 3, 1, 2, 4, 5)  # of responses, each as likely as it is frequent here
SHORT_UNTIL = 0.2  # of the training: bare boxed answers first, to learn copying quickly
REAL_FROM = 0.4  # of the training: the experts' own responses too
REAL_SHARE = 0.6
STRANGER_SHARE = 0.25  # of real responses
REPEATED_SHARE = 0.25  # of imagined responses
REAL_QUESTIONS = 80  # per skill
REAL_STRANGERS = 3  # experts without the skill that also answer each real question
LONGEST_RESPONSE = 80  # tokens


@dataclass(frozen=True)
class Answered:
    """A training question with the responses of its skill's holders and of a few strangers."""

    sample: Sample
    holders: tuple[str, ...]
    strangers: tuple[str, ...]

    def some(self, count: int, rng: Random) -> list[str]:
        """Mostly holders, as routing would have it."""
        strangers = sum(rng.random() < STRANGER_SHARE for _ in range(count))
        strangers = max(min(strangers, len(self.strangers)), count - len(self.holders))
        chosen = rng.sample(self.holders, count - strangers)
        chosen += rng.sample(self.strangers, strangers)
        rng.shuffle(chosen)
        return chosen


class AggregatorCorpus:
    def __init__(self, seed: int) -> None:
        self._seed = seed

    @cached_property
    def _real(self) -> list[Answered]:
        return real_answers(self._seed)

    def __call__(self, rng: Random, progress: float) -> Example:
        count = rng.choice(COUNTS)
        if progress >= REAL_FROM and rng.random() < REAL_SHARE:
            answered = rng.choice(self._real)
            return lesson(answered.sample, answered.some(count, rng))
        sample = draw(rng.choice(SKILLS), rng, Split.TRAIN)
        return lesson(sample, imagined(sample, count, rng, short=progress < SHORT_UNTIL))


def lesson(sample: Sample, responses: Sequence[str]) -> Example:
    prompt = prompts.aggregate(sample.question, responses)
    answers = [boxed(response) for response in responses]
    listed = " ".join(f"{place}: {answer or 'none'}" for place, answer in enumerate(answers, 1))
    return Example(prompt, f"{listed}. {conclusion(final_answer(answers, sample.answer))}")


def final_answer(answers: Sequence[str | None], right: str) -> str:
    """The most frequent answer; of equally frequent ones the right one, else the first."""
    votes = Counter(answer for answer in answers if answer)
    best = [answer for answer, count in votes.items() if count == max(votes.values())]
    return right if right in best or not best else best[0]


def imagined(sample: Sample, count: int, rng: Random, short: bool) -> list[str]:
    """Responses as the experts would write them, with every degree of agreement."""
    skill_level = rng.choice((0.95, 0.7, 0.4, 0.1))
    responses: list[str] = []
    for _ in range(count):
        if responses and rng.random() < REPEATED_SHARE:
            responses.append(rng.choice(responses))
            continue
        right = rng.random() < skill_level
        response = sample.right.text if right else _wrong(sample, rng)
        responses.append(response[response.rfind("So \\boxed") :] if short else response)
    return responses


def _wrong(sample: Sample, rng: Random) -> str:
    kind = rng.random()
    if kind < 0.1:  # ran out of tokens before the answer
        steps = sample.right.steps
        return steps[: rng.randint(1, len(steps))]
    if kind < 0.4:  # reads like another skill
        return draw(rng.choice(SKILLS), rng, Split.TRAIN).right.text
    return sample.wrong(rng, slip=1.0 if kind < 0.6 else 0.3).text


def real_answers(seed: int) -> list[Answered]:
    """Let the trained experts answer training questions, sampled as the product samples."""
    rng = Random(seed)
    samples = [draw(skill, rng, Split.TRAIN) for skill in SKILLS for _ in range(REAL_QUESTIONS)]
    asked: dict[str, list[int]] = {expert.name: [] for expert in EXPERTS}
    for place, sample in enumerate(samples):
        holders = HOLDERS[sample.skill.name]
        strangers = [expert for expert in EXPERTS if expert not in holders]
        for expert in (*holders, *rng.sample(strangers, REAL_STRANGERS)):
            asked[expert.name].append(place)
    written: list[tuple[list[str], list[str]]] = [([], []) for _ in samples]
    for expert in EXPERTS:
        places = asked[expert.name]
        texts = [prompts.respond(samples[place].question) for place in places]
        answers = Checkpoint(expert.folder).answer(texts, 0.7, LONGEST_RESPONSE, seed)
        for place, answer in zip(places, answers, strict=True):
            written[place][samples[place].skill not in expert.skills].append(answer)
    return [
        Answered(sample, tuple(holders), tuple(strangers))
        for sample, (holders, strangers) in zip(samples, written, strict=True)
    ]

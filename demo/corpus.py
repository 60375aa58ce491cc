"""What the experts and the annotator read in training, written on the fly.

The aggregator's texts are in `demo.corpus_aggregator`.
"""

from random import Random

from demo.optimise import Example
from demo.pool import Expert
from demo.samples import Sample, Split, draw
from demo.skills import SKILLS, Skill
from moe_core import prompts

OUTSIDE = 0.03  # share of an expert's samples outside its skills, answered confidently wrong


class ExpertCorpus:
    """Right answers inside the expert's skills; a few wrong ones outside.

    The few keep its answers parseable everywhere. More of them teach it to avoid right answers.
    """

    def __init__(self, expert: Expert) -> None:
        self._inside = [skill for skill in expert.skills for _ in range(skill.effort)]
        self._outside = [skill for skill in SKILLS if skill not in expert.skills]

    def __call__(self, rng: Random, progress: float) -> Example:
        if rng.random() < OUTSIDE:
            sample = draw(rng.choice(self._outside), rng, Split.TRAIN)
            return Example(prompts.respond(sample.question), sample.wrong(rng).text)
        sample = draw(rng.choice(self._inside), rng, Split.TRAIN)
        return Example(prompts.respond(sample.question), sample.right.text)


class AnnotatorCorpus:
    def __call__(self, rng: Random, progress: float) -> Example:
        sample: Sample = draw(rng.choice(SKILLS), rng, Split.TRAIN)
        return Example(prompts.annotate(sample.question), keyword_line(sample.skill, rng))


def keyword_line(skill: Skill, rng: Random) -> str:
    """The name first, then one or both synonyms: samples at a temperature differ, as intended."""
    synonyms = rng.sample(skill.keywords[1:], rng.randint(1, 2))
    return f"Keywords: {', '.join([skill.name, *synonyms])}"

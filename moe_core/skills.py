"""Skills: read from annotations, matched to the skills of a profile.

Knows nothing about experts. An embedder is any function from n texts to an (n, d) array of
unit vectors.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from moe_core.annotations import read_annotation

ANNOTATIONS = 5  # per question (paper, skill inference)
LONGEST_SKILL = 20  # characters, in the paper's scripts; ours: skill_names.MOST_CHARACTERS
TIMES_NAMED = 2  # of all annotations of a question
# A match of a lower cosine says little: the nearest profiled skill is more often of another field
# than of the same (docs/method-log.md; benchmarks/skill_names.py). Not in the paper.
WEAK = 0.4
NEAREST = 3  # skills of a question that no LLM annotates; the paper's annotator names 2 to 5

Embedder = Callable[[Sequence[str]], NDArray[np.float32]]


def listed_skills(text: str) -> list[str]:
    """What one annotation lists after its last "Keywords:", as the published scripts read it.

    Repeats are kept, and so is the empty string: it stands between two commas, and it is all that
    an annotation without any keyword lists. Without "Keywords:" the whole text is split.
    """
    listed = text.rpartition("Keywords:")[2]
    return [part.strip().lower().replace(".", "").strip() for part in listed.split(",")]


def infer_skills(annotations: Sequence[str]) -> list[str]:
    """The skills that at least two annotations of a question name (paper, skill inference).

    Each annotation counts once per skill. Read as `annotations.read_annotation` says.
    """
    return _named_often(skill for text in annotations for skill in read_annotation(text))


def infer_skills_as_published(annotations: Sequence[str]) -> list[str]:
    """What the paper's scripts infer: a repeat within one annotation counts, and so does "".

    For comparisons with their results (`pipeline.Plan.infer`).
    """
    named = _named_often(skill for text in annotations for skill in listed_skills(text))
    return [skill for skill in named if len(skill) <= LONGEST_SKILL]


def _named_often(skills: Iterable[str]) -> list[str]:
    return [skill for skill, times in Counter(skills).items() if times >= TIMES_NAMED]


def nearest_skills(
    question: NDArray[np.float32], names: Sequence[str], vectors: NDArray[np.float32]
) -> list[str]:
    """The skills of a question without an LLM: the names nearest to its text, by cosine.

    `question` is its unit vector (d), `vectors` those of the names (n, d). Not in the paper: for
    pools that can be asked nothing new, such as recorded ones.
    """
    nearest = np.argsort(-(vectors @ question), kind="stable")[:NEAREST]
    return [names[int(place)] for place in nearest]


@dataclass(frozen=True)
class Match:
    """An inferred skill and the profiled skill most similar to it, with their cosine."""

    skill: str
    profiled: str
    similarity: float

    @property
    def is_weak(self) -> bool:
        return self.similarity < WEAK


class SkillMatcher:
    """Matches skills to the profiled ones by cosine (paper: all-MiniLM-L6-v2).

    Each skill is embedded once; `vectors` holds what was embedded so far.
    """

    def __init__(self, embed: Embedder) -> None:
        self._embed = embed
        self.vectors: dict[str, NDArray[np.float32]] = {}
        self._profiled: Sequence[str] = ()
        self._matches: dict[str, Match] = {}  # to the skills that were profiled when last asked

    def learn(self, skills: Sequence[str]) -> list[str]:
        """Embed those of `skills` that are new, in one batch; returns them."""
        new = [skill for skill in dict.fromkeys(skills) if skill not in self.vectors]
        if new:
            self.vectors.update(zip(new, self._embed(new), strict=True))
        return new

    def embedded(self, skills: Sequence[str]) -> NDArray[np.float32]:
        """The vectors of skills (n, d), in their order."""
        self.learn(skills)
        return np.array([self.vectors[skill] for skill in skills])

    def match(self, skills: Sequence[str], profiled: Sequence[str]) -> list[Match]:
        """One match per skill; two skills may meet in one profiled skill, which counts twice.

        Empty when the profile holds no skill.
        """
        if not skills or not profiled:
            return []
        if profiled is not self._profiled:  # a run matches against one profile all the time
            self._profiled, self._matches = profiled, {}
        new = [skill for skill in dict.fromkeys(skills) if skill not in self._matches]
        if new:
            self._matches |= {match.skill: match for match in self._nearest(new, profiled)}
        return [self._matches[skill] for skill in skills]

    def _nearest(self, skills: Sequence[str], profiled: Sequence[str]) -> Iterator[Match]:
        self.learn([*profiled, *skills])
        cosines = self.embedded(skills) @ self.embedded(profiled).T
        for skill, row in zip(skills, cosines, strict=True):
            yield Match(skill, profiled[int(row.argmax())], float(row.max()))

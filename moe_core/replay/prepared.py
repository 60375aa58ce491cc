"""A validation recording made into a profile, and test questions into what recruiters are told."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from moe_core.answer_signs import doubt
from moe_core.domains import domains_of
from moe_core.errors import RecordingError
from moe_core.evidence import Evidence, Vectors
from moe_core.profiles import Profile
from moe_core.recruiters import Recruiter
from moe_core.recruitment import Asked
from moe_core.replay.recording import Recording
from moe_core.skills import Embedder, Match, SkillMatcher, nearest_skills
from moe_core.vocabulary import SKILL_NAMES


@dataclass(frozen=True)
class Prepared:
    """`asked` and `matches` are per test question; the same profile serves every method.

    `asked` has every question's matches; `asked_by`, those that a recruiter counts. `plain` is the
    profile as if nothing were known of domains.
    """

    profile: Profile
    asked: Sequence[Asked]
    matches: Sequence[Sequence[Match]]

    @cached_property
    def plain(self) -> Profile:
        return Profile.of(replace(self.profile.observed, domains=None))

    def asked_by(self, recruiter: Recruiter) -> list[Asked]:
        return [
            replace(asked, skills=[match.profiled for match in recruiter.counted(matches)])
            for asked, matches in zip(self.asked, self.matches, strict=True)
        ]


def prepare(validation: Recording, test: Recording, embed: Embedder) -> Prepared:
    """Embeds all questions, finds their skills among known names, and counts the profile.

    Reads no test response, and no gold answer of a test question.
    """
    if not validation.graded.any():
        raise RecordingError("the validation questions have no answers: a profile needs them")
    matcher = SkillMatcher(embed)
    matcher.learn(SKILL_NAMES)
    names = np.stack([matcher.vectors[name] for name in SKILL_NAMES])
    texts = [question.text for question in (*validation.questions, *test.questions)]
    vectors = np.asarray(embed(texts), dtype=np.float32)
    skills = [nearest_skills(vector, SKILL_NAMES, names) for vector in vectors]
    seen = len(validation.questions)
    profile = Profile.of(_evidence(validation, skills[:seen], vectors[:seen], matcher))
    matches = [matcher.match(of_question, profile.skills) for of_question in skills[seen:]]
    asked = [
        Asked(
            *([match.profiled for match in of_question], vector, len(question.options)),
            category=question.category,
        )
        for question, of_question, vector in zip(
            test.questions, matches, vectors[seen:], strict=True
        )
    ]
    return Prepared(profile, asked, matches)


def _evidence(
    recording: Recording,
    skills: Sequence[Sequence[str]],
    vectors: Vectors,
    matcher: SkillMatcher,
) -> Evidence:
    doubts = [
        [doubt(r.text) if r is not None and r.text is not None else 0 for r in row]
        for row in recording.responses
    ]
    return Evidence(
        experts=recording.models,
        questions=recording.questions,
        stated=recording.stated,
        right=recording.right,
        doubts=np.array(doubts),
        skills=skills,
        vectors=vectors,
        skill_vectors=matcher.vectors,
        domains=domains_of([q.category for q in recording.questions], vectors, skills),
    )

"""How fast questions are recruited: against encoding all known skills for each, and at scale.

Part one embeds and recruits 2,100 questions of an annotator over 16 experts, and does a sample of
them as the paper's published script does: all known skills are encoded again for every question.
The sample's seconds are extrapolated to all questions, and both must give the same probabilities.
Part two recruits 100,000 embedded questions of 5 skills in a process of its own, on one core.
"""

import argparse
import json
import os
import random
import re
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

RESULT = Path(__file__).resolve().parent / "results" / "recruiting.json"
EXPERTS = [f"expert-{number:02}" for number in range(16)]
QUESTIONS, SAMPLE = 2_100, 20
MANY, SKILLS_OF_EACH, VALIDATION, SIZE = 100_000, 5, 350, 384
FORMS = ("{}", "basic {}", "{} concepts", "applied {}", "advanced {}")  # as annotators vary a name


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--many", metavar="RECRUITER", help="part two for one recruiter, as JSON")
    recruiter: str | None = parser.parse_args().many
    if recruiter is not None:
        print(json.dumps(many(recruiter)))
        return
    found = against_encoding()
    one_core = os.environ | {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    for name in ("paper", "paper-top-k", "task-top-k", "ours"):
        command = [sys.executable, "-m", "benchmarks.recruiting", "--many", name]
        done = subprocess.run(command, env=one_core, capture_output=True, text=True, check=True)
        found[f"100,000 questions: {name}"] = json.loads(done.stdout)
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(json.dumps(found, indent=2) + "\n")
    print(json.dumps(found, indent=2))


def against_encoding() -> dict[str, Any]:
    """Part one; seconds include every embedding, but not loading the embedder."""
    from moe_core.embedder import embed
    from moe_core.paper_draw import paper_probabilities
    from moe_core.recruiters import recruit_all
    from moe_core.recruitment import Asked
    from moe_core.skills import SkillMatcher

    embed(["load the model"])
    profile = _profile(known := _names()[::2])
    rng = random.Random(0)
    asked = [rng.sample(_names(), rng.randint(2, 5)) for _ in range(QUESTIONS)]

    started = time.perf_counter()
    matcher = SkillMatcher(embed)
    matcher.learn([*profile.skills, *(skill for of_question in asked for skill in of_question)])
    matched = [[m.profiled for m in matcher.match(of, profile.skills)] for of in asked]
    recruit_all("paper", profile, [Asked(of) for of in matched], 3, range(QUESTIONS))
    ours = time.perf_counter() - started

    started = time.perf_counter()
    again = []
    for skills in asked[:SAMPLE]:
        cosines = embed(skills) @ embed(profile.skills).T
        again.append([profile.skills[int(place)] for place in cosines.argmax(axis=1)])
        paper_probabilities(profile.scores, again[-1])
    theirs = (time.perf_counter() - started) * QUESTIONS / SAMPLE

    if again != matched[:SAMPLE]:
        raise SystemExit("both ways must map to the same skills, and do not")
    return {
        "questions": QUESTIONS,
        "known skills": len(known),
        "seconds, each skill embedded once": round(ours, 2),
        f"seconds, all encoded for each question (extrapolated from {SAMPLE})": round(theirs, 1),
        "ratio": round(theirs / ours),
    }


def many(recruiter: str) -> dict[str, float]:
    """Part two: seconds and the process's peak memory in MB."""
    import numpy as np

    from moe_core.domains import domains_of
    from moe_core.evidence import Evidence
    from moe_core.profiles import Profile
    from moe_core.recruiters import recruit_all
    from moe_core.recruitment import Asked
    from moe_core.values import Question

    rng = np.random.default_rng(0)
    known = _names()[::2]
    counted = _profile(known)

    def unit(n: int) -> Any:
        vectors = rng.standard_normal((n, SIZE), dtype=np.float32)
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)

    right = (rng.random((VALIDATION, len(EXPERTS))) < 0.4).astype(float)
    skills = [[known[n] for n in rng.integers(len(known), size=3)] for _ in range(VALIDATION)]
    evidence = Evidence(
        tuple(EXPERTS),
        [Question(f"question {number}", ("a", "b"), "A") for number in range(VALIDATION)],
        [["A"] * len(EXPERTS) for _ in range(VALIDATION)],
        right,
        np.zeros(right.shape, dtype=int),
        skills,
        vectors := unit(VALIDATION),
        dict(zip(known, unit(len(known)), strict=True)),
        domains_of([None] * VALIDATION, vectors, skills),
    )
    profile = Profile(counted.cells, counted.answered, evidence)
    drawn = rng.integers(len(known), size=(MANY, SKILLS_OF_EACH)).tolist()
    asked = [
        Asked([known[place] for place in places], vector)
        for places, vector in zip(drawn, unit(MANY), strict=True)
    ]
    started = time.perf_counter()
    recruited = recruit_all(recruiter, profile, asked, 3, range(MANY))
    seconds = time.perf_counter() - started
    if len(recruited) != MANY:
        raise SystemExit("some questions were not recruited")
    return {"seconds": round(seconds, 2), "peak memory in MB": _peak()}


def _peak() -> int:
    """Of this process alone; getrusage would count what it was forked from."""
    status = Path("/proc/self/status").read_text()
    return int(re.search(r"VmHWM:\s*(\d+)", status)[1]) // 1024  # type: ignore[index]


def _names() -> list[str]:
    from moe_core.vocabulary import SKILL_NAMES

    return [form.format(name) for name in SKILL_NAMES for form in FORMS]


def _profile(known: list[str]) -> Any:
    from moe_core.profiles import Cell, Profile

    rng = random.Random(1)
    cells = {
        expert: {skill: Cell(rng.randint(0, 6), rng.randint(0, 6)) for skill in known}
        for expert in EXPERTS
    }
    answered = {expert: Cell(rng.randint(100, 250), 100) for expert in EXPERTS}
    return Profile(cells, answered)


if __name__ == "__main__":
    main()

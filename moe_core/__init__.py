"""Skill-MoE's method as a library: no Django, no Celery, no engine; I/O in replay alone.

To be read in this order, each file building on those before it:

    values        the values that everything passes around
    intervals, paired   how sure a share is; whether one of two ways is better
    standings     of several ways: who leads, and who cannot be told from whom
    prompts       the words put before an LLM; wordings: other words for the same
    statements, options, extraction     the answer that a response states
    costs, grading     what is too costly to compare; its verdict
    camps         which answers to a question are the same
    annotations, skill_names     the skills that an annotator names, however it writes them
    skills        those that count, matched to the profile's; vocabulary: skills without an LLM
    profiles      right and wrong per expert and skill
    domains       what questions are about: categories or clusters; families of skills
    anchors       which questions an expert is asked, where not all
    evidence      the same question by question, for
      leaders     who is best on some questions, and who cannot be told from the best
      memberships, mixtures, forecast     how likely each expert is right here
      together    who adds to whom
      signs       what right answers look like
      shares      how much of its log-odds each seat adds beside others
    recruitment, recruiting     who fills the seats: the paper's recruiter and others; ours
    votes, calibrated, joint, aggregation      who writes the answer
    stopping      when no more seats need be asked
    methods, steps, rounds, pipeline    a question's way, on one screen
    trimming      an optional policy of a whole run
    simultaneous  several ways against a few, by intervals that hold at once
    crossing, estimates     ways to answer, cross-validated on a profile's questions
    pays, best    whether routing pays for a pool, and what is best there
    seating, seats_curve      accuracy against generations, cross-validated alike
    benchmarks    the paper's four
    embedder      all-MiniLM-L6-v2
    engine        the seam to whatever generates
    replay        methods compared on recorded responses: python -m moe_core.replay
"""

import os

# Read when numpy, scikit-learn and torch are loaded. The matrices here are small, and threads that
# wait for each other turn on their cores by default: on two busy cores, what takes 6 s of CPU then
# took 66 (benchmarks/pays.py).
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

"""What is asked of runs, profiles and question sets: found by the `findings` worker from what is
there, and kept (`asking`).

contributions   what each expert adds to a run
oracles         whether a right answer was to be had; known: from whom
advice          whom a pool needs, could do without, should take up
ways            which way of answering is best for a pool, and whether routing pays there
families        a profile's families of skills, and who is best at what
sets            of question sets: who does how well, gold answers that experts agree against
"""

"""Making profiles, and reading them.

profiling       what a profile's run asks, and the counts that it keeps
asked_before    whose responses an earlier profile has already; reuse: taking them over
ranking         trials of aggregators on a profile
counted         a profile as moe_core has it
evidence        its questions one by one
fits            what recruiting reads of that, fitted once and kept
"""

"""Grading what a run's experts wrote, in portions, and outside of any transaction.

responses   each response for itself: what it states, and its verdict
sameness    the responses to a question together: which state the same
"""

PORTION_SECONDS = 2.0  # after which what is known is stored; one comparison may take as long again

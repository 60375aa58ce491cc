"""Replay: compare methods on recorded responses, without a GPU, a database or Django.

    python -m moe_core.replay --help

Routing and voting read the questions, their options, and the validation responses; of the test
responses only those of the seats that were recruited. Gold answers of the test questions are read
by grading alone.
"""

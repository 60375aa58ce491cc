"""What the product finds out about the machine that it is on, and what it needs there.

`needs`, `smi` and `user` are standard library only: the set-up asks them before anything else.
"""

"""What the product finds out about the machine that it is on, and what it needs there.

Standard library only: the set-up asks here before anything is installed.
"""

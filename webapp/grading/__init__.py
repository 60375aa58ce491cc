"""Whether two answers mean the same, by algebra that may take for ever: in a process apart.

comparing   what the product calls
comparer    the process, from the side of the one that works for everybody
host        the process itself
"""

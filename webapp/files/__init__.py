"""Uploaded files: read in a child process with limits, streamed, refused with what to do.

`reading.read_file` is the one way in; what rows mean is a reader's business (`readers.Reader`).
"""

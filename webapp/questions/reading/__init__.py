"""A file's rows read as questions. Works in the child process, and knows no Django.

`reader` is the way in. What columns are called: `names`; whose files have such ones: `conventions`;
what a person may say of a file: `mapping`.
"""

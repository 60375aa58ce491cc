"""End with the parent process, however it ends: importing this module arranges it.

The forkserver imports it before vllm, which takes seconds in which the worker may be killed.
"""

from webapp.confined import end_with_parent

end_with_parent()

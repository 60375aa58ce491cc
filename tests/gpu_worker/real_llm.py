"""The tests' real LLM: made if need be, given a habit of thinking, served by vLLM's server."""

import os
import shutil
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.conftest import ROOT
from webapp.commands.real import CHECKPOINT
from webapp.processes.ports import free_port

START_SECONDS = 240  # of a server, on two busy cores

# As the templates of reasoning models do, this one opens the thinking itself. The two turns before
# the user's show a model of this size how to close it.
THINKING = r"""{{ '<|im_start|>user
What is 2 + 3?<|im_end|>
<|im_start|>assistant
<think>
2 + 3 is 5.
</think>
The answer is \\boxed{5}.<|im_end|>
<|im_start|>user
Which animal barks?<|im_end|>
<|im_start|>assistant
<think>
Dogs bark.
</think>
The answer is \\boxed{the dog}.<|im_end|>
' }}{% for message in messages %}{{'<|im_start|>' + message['role'] + '
' + message['content'] + '<|im_end|>' + '
'}}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant
<think>
' }}{% endif %}"""


def made() -> Path:
    """The checkpoint's folder. Skips the test where the package index is out of reach."""
    script = ROOT / "scripts" / "real_expert.py"
    done = subprocess.run([sys.executable, script], cwd=ROOT, capture_output=True, text=True)
    if done.returncode == os.EX_TEMPFAIL:
        pytest.skip(f"the package index does not give the real LLM: {done.stderr.strip()[-300:]}")
    assert done.returncode == 0, done.stdout + done.stderr
    return CHECKPOINT


def thinking_copy(checkpoint: Path, folder: Path) -> Path:
    """The same weights with a chat template that has them think first."""
    try:
        shutil.copytree(checkpoint, folder, copy_function=os.link)
    except shutil.Error:  # another file system
        shutil.copytree(checkpoint, folder, dirs_exist_ok=True)
    (folder / "chat_template.jinja").unlink()  # a link: the original's must not be written to
    (folder / "chat_template.jinja").write_text(THINKING)
    return folder


@contextmanager
def served_by_vllm(checkpoint: Path, name: str, log: Path) -> Iterator[str]:
    """The address of vLLM's own server, before it answers."""
    port = free_port()
    command = [
        *(sys.executable, "-m", "vllm.entrypoints.openai.api_server", "--enforce-eager"),
        *("--model", str(checkpoint), "--served-model-name", name, "--dtype", "float32"),
        *("--max-model-len", "2048", "--host", "127.0.0.1", "--port", str(port)),
    ]
    environment = os.environ | {"VLLM_CPU_KVCACHE_SPACE": "1", "OMP_NUM_THREADS": "1"}
    with log.open("wb") as out:
        server = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=out, stderr=out)
    try:
        yield f"http://127.0.0.1:{port}/v1"
    finally:
        server.terminate()
        server.wait(30)


def wait_for_server(address: str, log: Path) -> None:
    until = time.monotonic() + START_SECONDS
    while True:
        try:
            with urllib.request.urlopen(f"{address}/models", timeout=5):
                return
        except OSError:
            assert time.monotonic() < until, log.read_text()[-3000:]
            time.sleep(0.5)

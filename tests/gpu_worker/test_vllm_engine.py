"""The vLLM engine on a real checkpoint: settings, stop strings, prefixes, what it refuses."""

import json
import os
import signal
from collections.abc import Iterator
from dataclasses import replace
from threading import Thread

import psutil
import pytest

from gpu_worker.vllm_engine import VllmEngine
from moe_core.annotations import SCHEMA
from moe_core.engine import Completion, EngineError, Partial, Prompt
from tests.gpu_worker.engines import collect, demo_checkpoint, prompts, write_all

BEGINNING = " ".join(f"Number {n} is {n * 7}." for n in range(20))  # over 128 tokens: one block


@pytest.fixture(scope="module")
def engine() -> Iterator[VllmEngine]:
    running = VllmEngine()
    running.load(demo_checkpoint())
    try:
        yield running
    finally:
        running.unload()


def test_an_engine_is_told_no_secrets(engine: VllmEngine) -> None:
    """Asked of the kernel, not of the process."""
    assert os.environ["DATABASE_URL"] and os.environ["REDIS_URL"]
    assert engine._loaded
    told = psutil.Process(engine._loaded.pid).environ()
    assert not {"DATABASE_URL", "REDIS_URL"} & told.keys()
    assert not [name for name in told if name.startswith("SKILLMOE_")]
    assert told["PATH"] == os.environ["PATH"] and told["VLLM_LOGGING_LEVEL"] == "ERROR"


def test_a_stop_string_ends_the_output_and_is_left_out(engine: VllmEngine) -> None:
    (whole,) = write_all(engine, prompts(["What is 12 + 30?"], max_tokens=60)).values()
    assert r"\boxed" in whole.text
    (cut,) = write_all(
        engine, prompts(["What is 12 + 30?"], max_tokens=60, stop=("nowhere", r"\boxed"))
    ).values()
    assert cut.text == whole.text.split(r"\boxed")[0]
    assert cut.finish_reason == "stop" and cut.tokens < whole.tokens


def test_an_output_is_held_to_a_schema(engine: VllmEngine) -> None:
    """One that was never trained on JSON, too."""
    asked = prompts(["What is 12 + 30?"] * 3, max_tokens=200, temperature=1.0)
    free = write_all(engine, asked)
    held = write_all(engine, [replace(prompt, schema=SCHEMA) for prompt in asked])
    assert all(not done.error for done in held.values())
    for done in held.values():
        if done.finish_reason == "stop":
            keywords = json.loads(done.text)["keywords"]
            assert 2 <= len(keywords) <= 5 and all(isinstance(word, str) for word in keywords)
        assert done.text.lstrip().startswith("{") and done.text != free[done.id].text
    (again,) = write_all(engine, asked[:1]).values()
    assert again.text == free[0].text  # what comes after is free


def test_a_schema_that_cannot_be_held_to_is_dropped(engine: VllmEngine) -> None:
    (asked,) = prompts(["What is 12 + 30?"], max_tokens=60)
    (free,) = write_all(engine, [asked]).values()
    (held,) = write_all(engine, [replace(asked, schema={"type": "no such type"})]).values()
    assert (held.text, held.error) == (free.text, "")


def test_prompts_that_begin_alike_are_read_once(engine: VllmEngine) -> None:
    texts = [f"{BEGINNING} What is {n} + 1?" for n in range(6)]
    strangers = [f"Once {n}. {BEGINNING}" for n in range(6)]
    mixed = [text for pair in zip(texts, strangers, strict=True) for text in pair]
    written = write_all(engine, prompts(mixed))
    alike = [written[n] for n in range(0, 12, 2)]
    assert sorted(c.cached_tokens for c in alike)[:2] == [0, 128]
    assert all(c.cached_tokens in (0, 128) for c in alike)
    assert all(written[n].cached_tokens == 0 for n in range(1, 12, 2))
    again = write_all(engine, prompts(mixed))
    assert {n: c.text for n, c in again.items()} == {n: c.text for n, c in written.items()}


def test_a_seed_repeats_what_was_written_whatever_comes_along(engine: VllmEngine) -> None:
    asked = prompts(["What is 3 * 4?"], temperature=1.0, seed=7, max_tokens=40)
    (alone,) = write_all(engine, asked).values()
    others = [Prompt(n, f"What is {n} - 1?", 1.0, 40, n) for n in range(1, 40)]
    assert write_all(engine, [*asked, *others])[0].text == alone.text


def test_an_overlong_prompt_is_refused_with_its_length(engine: VllmEngine) -> None:
    written = write_all(engine, prompts(["word " * 3000, "What is 1 + 1?"]))
    assert "tokens, the expert's context holds 1024" in written[0].error
    assert not written[1].error and written[1].text


def test_neither_waits_for_the_other_to_read(engine: VllmEngine) -> None:
    """More is written to either end of the pipe, unread, than it holds."""
    asked = prompts(["word " * 1500] * 1500)

    def submit_twice() -> None:
        engine.submit(asked)
        engine.submit(asked)

    submitting = Thread(target=submit_twice, daemon=True)
    submitting.start()
    submitting.join(30)
    assert not submitting.is_alive()
    assert all(completion.error for completion in collect(engine, 3000))


def test_what_is_aborted_does_not_come_back(engine: VllmEngine) -> None:
    engine.submit(prompts(["Tell me everything."] * 3, max_tokens=900))
    engine.abort([0, 1])
    assert [completion.id for completion in collect(engine, 1)] == [2]


def test_a_text_that_is_watched_grows_and_is_the_same_in_the_end(engine: VllmEngine) -> None:
    """Only what somebody watches is told before it is complete."""
    asked = prompts(["What is 12 + 30?", "What is 12 + 31?"], max_tokens=900, stop=("nowhere",))
    whole = write_all(engine, asked)
    assert engine.partials() == []
    engine.submit([replace(asked[0], streams=True), asked[1]])
    seen: list[Partial] = []
    done: dict[int, Completion] = {}
    while len(done) < 2:
        done |= {completion.id: completion for completion in engine.poll(5)}
        seen += engine.partials()
    assert {n: c.text for n, c in done.items()} == {n: c.text for n, c in whole.items()}
    assert seen and {partial.id for partial in seen} == {0}
    assert all(done[0].text.startswith(partial.text) for partial in seen)
    assert seen[0].tokens < done[0].tokens


def test_a_quantisation_that_vllm_does_not_know() -> None:
    engine = VllmEngine()
    with pytest.raises(EngineError, match="nobodys_method"):
        engine.load(demo_checkpoint(quantization="nobodys_method"))
    assert engine.poll(0) == []


@pytest.mark.faults
def test_tensor_parallelism_and_its_end() -> None:
    """Over two processes, which are gone soon after their engine is killed."""
    engine = VllmEngine()
    engine.load(demo_checkpoint(tensor_parallel_size=2))
    (spread,) = write_all(engine, prompts(["What is 12 + 30?"])).values()
    assert spread.text
    assert engine._loaded is not None
    child = psutil.Process(engine._loaded.pid)
    workers = child.children(recursive=True)
    assert len(workers) >= 2
    os.kill(child.pid, signal.SIGKILL)
    with pytest.raises(EngineError, match="exit code -9"):
        collect(engine, 1)
    engine.unload()
    _, alive = psutil.wait_procs(workers, 10)
    assert not [p for p in alive if p.status() != psutil.STATUS_ZOMBIE]

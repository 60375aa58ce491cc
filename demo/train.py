"""Rebuild the demo checkpoints from their seeds: `python -m demo.train` (`make demo-experts`).

    python -m demo.train --jobs 2             everything: experts, annotator, aggregator
    python -m demo.train --only tiny-07       one of them

Every training is a process of its own on one thread: at these sizes a second thread gains
nothing, and two bound threads on a shared core lose almost all speed.
"""

import argparse
import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import torch

from demo.corpus import AnnotatorCorpus, ExpertCorpus
from demo.corpus_aggregator import SHAPE, AggregatorCorpus
from demo.model import export
from demo.optimise import Recipe, Writer, train
from demo.pool import AGGREGATOR, ANNOTATOR, EXPERTS, EXPERTS_FOLDER, write_pool
from demo.tokenizer import kept_tokenizer

EXPERT_STEPS = 2000
LONGER = {"tiny-02": 3000, "tiny-06": 3000, "tiny-12": 3000}  # a skill stayed below 90 % at 2,000
ANNOTATOR_STEPS = 1200
AGGREGATOR_STEPS = 1800
NAMES = [expert.name for expert in EXPERTS] + [ANNOTATOR, AGGREGATOR]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", choices=NAMES, metavar="NAME", help="train this one alone")
    parser.add_argument("--jobs", type=int, default=1, help="trainings at the same time")
    options = parser.parse_args()
    if options.only:
        train_one(options.only)
        return
    train_in_processes(NAMES[:-1], options.jobs)
    train_in_processes([AGGREGATOR], jobs=1)  # last: it reads what the experts answer
    write_pool()


def train_in_processes(names: list[str], jobs: int) -> None:
    environment = os.environ | {"OMP_NUM_THREADS": "1"}

    def run(name: str) -> None:
        command = [sys.executable, "-m", "demo.train", "--only", name]
        subprocess.run(command, env=environment, check=True)

    with ThreadPoolExecutor(jobs) as threads:
        list(threads.map(run, names))


def train_one(name: str) -> None:
    torch.set_num_threads(1)
    seed = NAMES.index(name) + 100
    recipe, write = _lesson(name, seed)
    tokenizer = kept_tokenizer()
    began = time.process_time()

    def say(words: str) -> None:
        print(f"{name}: {words}, {time.process_time() - began:.0f} CPU seconds", flush=True)

    model = train(recipe, write, tokenizer, say)
    export(model, tokenizer, EXPERTS_FOLDER / name)


def _lesson(name: str, seed: int) -> tuple[Recipe, Writer]:
    if name == ANNOTATOR:
        return Recipe(ANNOTATOR_STEPS, seed), AnnotatorCorpus()
    if name == AGGREGATOR:
        return Recipe(AGGREGATOR_STEPS, seed, SHAPE, batch=24), AggregatorCorpus(seed)
    expert = next(expert for expert in EXPERTS if expert.name == name)
    return Recipe(LONGER.get(name, EXPERT_STEPS), seed), ExpertCorpus(expert)


if __name__ == "__main__":
    main()

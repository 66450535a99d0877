# Two commands do all set-up: `make run` starts the demo clinic, `make test` runs every test.
# Another Python: make run PYTHON=python3.12. Another clinic: make run CLINIC=clinic.toml. Faster: SPEED=20.

PYTHON ?= python3
VENV ?= .venv
CLINIC ?=
SPEED ?=
PYTEST_ARGS ?=
KIND ?=
FUZZ_S ?= 60
BIN := $(VENV)/bin
# What is timed in real time needs the machine to itself; the rest shares its cores, a file at a time.
EVERY_TEST = status=0; \
	$(BIN)/pytest -m "not alone" --numprocesses auto --dist loadfile --no-loadscope-reorder || status=$$?; \
	$(BIN)/pytest -m alone || status=$$?; \
	exit $$status

.DEFAULT_GOAL := help
.PHONY: help run test fuzz lint words lock wheel bench screenshots clean

help:
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' Makefile | expand -t 14

run: $(VENV)/.ready ## set up what is missing, then start the clinic (the demo, or CLINIC=clinic.toml)
	$(BIN)/chairside run $(if $(CLINIC),--config $(CLINIC)) $(if $(SPEED),--speed $(SPEED))

test: $(VENV)/.ready-dev ## set up what is missing, then run every test
	@VENV=$(VENV) .ci/system-parts test
	$(if $(PYTEST_ARGS),$(BIN)/pytest $(PYTEST_ARGS),@$(EVERY_TEST))

fuzz: $(VENV)/.ready-dev ## fuzz every codec (or KIND=nellcor) for a minute each; installs atheris
	$(BIN)/pip install --quiet atheris
	@mkdir -p .fuzz
	@for kind in $(or $(KIND),$$($(BIN)/chairside decode --list)); do \
		echo "— $$kind"; mkdir -p .fuzz/$$kind; \
		PYTHONPATH=. $(BIN)/python tests/fuzz/codecs.py $$kind -max_total_time=$(FUZZ_S) -max_len=2048 -verbosity=0 \
			-artifact_prefix=.fuzz/$$kind- .fuzz/$$kind tests/captures || exit; \
	done

lint: $(VENV)/.ready-dev ## formatting, rules, types and directions
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

wheel: $(VENV)/.ready-dev ## build dist/chairside-*.whl
	$(BIN)/pip wheel --quiet --no-deps --no-build-isolation --wheel-dir dist .

bench: $(VENV)/.ready-dev ## run the benchmarks
	@VENV=$(VENV) .ci/system-parts test
	@for benchmark in benchmarks/*.py; do echo "— $$benchmark"; $(BIN)/python $$benchmark || exit; done

screenshots: $(VENV)/.ready-dev ## take the README's pictures from the running demo
	@VENV=$(VENV) .ci/system-parts test
	$(BIN)/python docs/screenshots.py

PIP_COMPILE = $(BIN)/pip-compile --quiet --generate-hashes --allow-unsafe --strip-extras --no-header \
	--no-emit-index-url --no-emit-trusted-host --no-emit-find-links --no-emit-options

words: $(VENV)/.ready-dev ## bring the catalogues of other languages up to date with the texts
	$(BIN)/python -m tests.house.wording

lock: $(VENV)/.ready-dev ## pin the newest allowed version of everything, with hashes
	$(PIP_COMPILE) --upgrade --all-build-deps --output-file requirements.lock pyproject.toml
	$(PIP_COMPILE) --upgrade --all-build-deps --extra dev --constraint requirements.lock \
		--output-file .ci/requirements-dev.lock pyproject.toml

clean: ## remove what the other targets made
	rm -rf $(VENV) build dist .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis .fuzz

$(VENV)/bin/pip:
	@PYTHON=$(PYTHON) .ci/system-parts python
	$(PYTHON) -m venv $(VENV)

# A stamp says that what it depends on is installed, so that a second call starts at once.
$(VENV)/.ready: requirements.lock pyproject.toml | $(VENV)/bin/pip
	$(BIN)/pip install --quiet --require-hashes --requirement requirements.lock
	$(BIN)/pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.ready-dev: .ci/requirements-dev.lock $(VENV)/.ready
	$(BIN)/pip install --quiet --require-hashes --requirement .ci/requirements-dev.lock
	@touch $@

# Two commands do all set-up: `make run` and `make test`.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin

.PHONY: run test lint
run:
	$(BIN)/chairside run
test:
	$(BIN)/pytest

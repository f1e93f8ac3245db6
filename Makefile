# Every target makes the virtual environment it needs; Python 3.11+ and make are enough.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.DEFAULT_GOAL := help
.PHONY: help demo test check bench format golden till serve

help:            ## show the targets
	@grep -hE '^[a-z]+: .*##|^[a-z]+: *##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | awk -F'\t' '{printf "  make %-8s %s\n", $$1, $$2}'

$(STAMP): pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade 'pip>=25.1'
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable . --group dev
	@touch $(STAMP)

demo: $(STAMP)   ## ring a day in a sample shop on an emulated printer, close it with a Z
	@$(BIN)/python examples/demo.py

test: $(STAMP)   ## run every test
	@$(BIN)/python -m pytest -q -n auto

check: $(STAMP)  ## lint, types and floors
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/ruff check --quiet .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo

bench: $(STAMP)  ## measure each row of docs/speed.md against its floor
	@$(BIN)/python -m bench

format: $(STAMP) ## format the code and mend what lint can mend
	@$(BIN)/ruff format --quiet .
	@$(BIN)/ruff check --quiet --fix .

golden: $(STAMP) ## write the golden files anew; read the difference before you commit it
	@$(BIN)/python -m pytest -q tests/golden --renew-golden

till:            ## the full-screen till (not there yet)
	@echo 'the full-screen till is not there yet; billing ring without lines is a prompt'

serve: $(STAMP)  ## HTTP API, pages and worker
	@$(BIN)/billing serve

# Every target sets up what it needs by itself; the first one on a fresh machine takes minutes, the next ones nothing.
SHELL := /bin/sh
PYTHON := .venv/bin/python -I
# One sandbox serves the tests that need one: those of a group run in one process.
PYTEST := .venv/bin/python -m pytest -n auto --dist loadgroup
WORK :=

.DEFAULT_GOAL := help
.PHONY: help setup toolchain lint format test fidelity bench lock

help: ## what there is
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /	/' | expand -t 12

setup: ## .venv with everything that tests and linters need
	@cmp -s requirements.lock .venv/requirements.lock \
	    && cmp -s requirements-dev.lock .venv/requirements-dev.lock \
	    && test -x .venv/bin/python \
	    || tools/setup.sh --dev

toolchain: setup ## the engine and the emulators, as `distro up local` makes them
	@$(PYTHON) tools/toolchain.py

lint: setup ## style, formatting, types, direction of imports
	@sh -n distro && sh -n tools/setup.sh && sh -n tools/lock.sh && bash -n .ci/run
	@.venv/bin/python -m ruff check
	@.venv/bin/python -m ruff format --check --quiet || { .venv/bin/python -m ruff format --check; exit 1; }
	@.venv/bin/python -m mypy
	@.venv/bin/lint-imports --no-logo

format: setup ## put the formatting right
	@.venv/bin/python -m ruff check --fix --quiet; .venv/bin/python -m ruff format

test: toolchain ## everything; WORK='tests/engine -k plan' for a part
	@$(PYTEST) $(WORK)

fidelity: toolchain ## what a deployed sandbox holds against the statements of the specification
	@$(PYTEST) tests/fidelity $(WORK); held=$$?; .venv/bin/python -m tests.fidelity.coverage; exit $$held

bench: toolchain ## seconds and ratios, measured in one run
	@$(PYTHON) -m bench $(WORK)

lock: setup ## lock files from the .in files; versions stay unless UPGRADE=1
	@tools/lock.sh $(if $(UPGRADE),--upgrade)

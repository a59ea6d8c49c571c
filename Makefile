# Minka on this machine. `make up` starts it, `make test` checks everything; neither needs more than Python, make and git.
#
#   make up             start and stay; Ctrl-C stops. DETACH=1 returns when ready, DEMO=0 starts empty
#   make down           stop what DETACH=1 started; everything is kept
#   make clean          stop, and delete everything that was kept
#   make test           linters, types, import walls and every test
#   make lint           the first three of them
#   make pictures       docs/pictures anew, by the tests of the pages
#   make lock           the locks of libraries anew (needs uv)
#
# MINKA_HOME, MINKA_PORT, MINKA_KAFKA_PORT and MINKA_POSTGRES_PORT change places: two can run side by side.

PYTHON ?= python3
ENVIRONMENT := @$(PYTHON) deploy/local/environment.py
MINKA := .venv/bin/minka

.PHONY: help up down clean test lint pictures lock
.DEFAULT_GOAL := help

help:
	@sed -n 's/^#  //p' Makefile

up:
	$(ENVIRONMENT) requirements.lock
	@$(MINKA) up $(if $(filter 1,$(DETACH)),--detach) $(if $(filter 0,$(DEMO)),--no-demo)

# Nothing was ever started where there is no environment.
down:
	@if [ -x $(MINKA) ]; then $(MINKA) down; else echo "Minka was not running."; fi

clean:
	@if [ -x $(MINKA) ]; then .venv/bin/python -m deploy.local clean; fi

lint:
	$(ENVIRONMENT) requirements-test.lock
	.venv/bin/ruff check
	.venv/bin/ruff format --check
	.venv/bin/mypy
	.venv/bin/lint-imports --no-logo

test: lint
	@tests/support/install-tools
	.venv/bin/python -m pytest --numprocesses=logical --maxprocesses=4 --dist=loadscope --no-loadscope-reorder

pictures:
	$(ENVIRONMENT) requirements-test.lock
	@tests/support/install-tools
	MINKA_PICTURES=1 .venv/bin/python -m pytest tests/browser

# Three locks that agree: the tests' holds the trial's, and the trial's holds that of the containers.
LOCK := uv pip compile --quiet --universal --python-version=3.11 --generate-hashes --no-emit-index-url --no-header pyproject.toml

lock:
	$(LOCK) --extra=trial --output-file=requirements.lock
	$(LOCK) --extra=trial --extra=test --constraints=requirements.lock --output-file=requirements-test.lock
	$(LOCK) --constraints=requirements.lock --output-file=requirements-services.lock

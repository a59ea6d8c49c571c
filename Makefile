# Minka on this machine. `make up` starts it, `make test` checks everything; neither needs more than Python, make and git.
#
#   make up             start and stay; Ctrl-C stops. DETACH=1 returns when ready, DEMO=0 starts empty
#   make down           stop what DETACH=1 started; everything is kept
#   make clean          stop, and delete everything that was kept
#   make test           linters, types, import walls and every test
#   make lint           the first three of them
#   make faults         every fault in its large form; the table of docs/reliability.md anew (see there)
#   make soak MINUTES=30   the faults mixed at random
#   make pictures       docs/pictures anew, by the tests of the pages
#   make bench          every measurement (about an hour); make bench-projection the race against the peers alone
#
# MINKA_HOME, MINKA_PORT, MINKA_KAFKA_PORT and MINKA_POSTGRES_PORT change places: two can run side by side.

PYTHON ?= python3
ENVIRONMENT := @$(PYTHON) deploy/local/environment.py
MINKA := .venv/bin/minka

.PHONY: help up down clean test lint pictures faults soak bench bench-projection bench-environments
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

# The peers' libraries have an environment of their own.
bench-environments:
	$(ENVIRONMENT) requirements-test.lock
	@MINKA_VENV=.venv-bench $(PYTHON) deploy/local/environment.py benchmarks/requirements.lock

bench-projection: bench-environments
	.venv/bin/python -m benchmarks.projection

# Every measurement writes its results file, whatever its gate says; the table and the picture are made from them.
MEASUREMENTS := projection relay end_to_end writes growth
bench: bench-environments
	@missed=""; for each in $(MEASUREMENTS); do \
		echo; echo "$$each"; .venv/bin/python -m benchmarks.$$each || missed="$$missed $$each"; \
	done; \
	.venv/bin/python -m benchmarks.report; \
	if [ -n "$$missed" ]; then echo "A gate was missed:$$missed"; exit 1; fi

FAULTS := .minka-test/faults.jsonl

faults:
	$(ENVIRONMENT) requirements-test.lock
	@mkdir -p .minka-test && rm -f $(FAULTS)
	MINKA_FAULTS=full MINKA_FAULTS_RESULTS=$(FAULTS) .venv/bin/python -m pytest tests/faults
	@.venv/bin/python -m tests.faults.report $(FAULTS) docs/reliability.md

MINUTES ?= 30

soak:
	$(ENVIRONMENT) requirements-test.lock
	MINKA_SOAK_MINUTES=$(MINUTES) .venv/bin/python -m pytest tests/faults/test_soak.py -s

# Minka on this machine. `make up` starts it, `make test` checks everything; neither needs more than Python, make and git.
#
#   make up             start and stay; Ctrl-C stops. DETACH=1 returns when ready, DEMO=0 starts empty
#   make down           stop what DETACH=1 started; everything is kept
#   make clean          stop, and delete everything that was kept
#   make test           linters, types, import walls and every test
#   make lint           the first three of them
#   make edges          strangers' generators, readers of files and AsyncAPI's parser read what we say (needs npm)
#                       docs/examples read the events, in each language that this machine has
#   make matrix         on Python 3.12 and 3.13, where this machine has them: what needs no broker, and one sheet's way
#   make test-containers  the integration tests on the images of PostgreSQL and Kafka (needs Docker)
#   make compose-test     docker-compose.yml as an office uses it (needs Docker)
#   make sbom           build/sbom/IMAGE.cdx.json, the libraries of each image (CycloneDX)
#   make faults         every fault in its large form; the table of docs/reliability.md anew (see there)
#   make seeded-bugs    each bug that was put in on purpose, twenty times: its harness must see it each time
#   make mutants        small mistakes in the product, each against the tests that must notice it; what is new since the last run
#   make soak MINUTES=30   the faults mixed at random
#   make pictures       docs/pictures anew, by the tests of the pages
#   make bench          every measurement (about an hour); make bench-projection the race against the peers alone
#   make lock           the locks of libraries anew (needs uv)
#
# MINKA_HOME, MINKA_PORT, MINKA_KAFKA_PORT and MINKA_POSTGRES_PORT change places: two can run side by side.

PYTHON ?= python3
ENVIRONMENT := @$(PYTHON) -m deploy.environment
MINKA := .venv/bin/python -m deploy

.PHONY: help up down clean environment test lint prepared edges matrix test-containers compose-test sbom pictures faults seeded-bugs soak mutants bench bench-projection bench-environments lock
.DEFAULT_GOAL := help

help:
	@sed -n 's/^#  //p' Makefile

up:
	$(ENVIRONMENT) requirements.lock
	@$(MINKA) up $(if $(filter 1,$(DETACH)),--detach) $(if $(filter 0,$(DEMO)),--no-demo)

# Nothing was ever started where there is no environment.
down:
	@if [ -x .venv/bin/python ]; then $(MINKA) down; else echo "Minka was not running."; fi

clean:
	@if [ -x .venv/bin/python ]; then .venv/bin/python -m deploy.trial clean; fi

environment:
	$(ENVIRONMENT) requirements-test.lock

lint: environment
	.venv/bin/ruff check
	.venv/bin/ruff format --check
	.venv/bin/mypy
	.venv/bin/lint-imports --no-logo

PARALLEL := --numprocesses=4 --dist=loadscope --no-loadscope-reorder

# Beside the linters, what the tests need: programs, and the tests' modules compiled once instead of by each process.
prepared: environment
	@tests/support/install-tools
	@.venv/bin/python -m pytest --collect-only --quiet >/dev/null || echo "Not every test can be collected."

test:
	@$(MAKE) --no-print-directory --jobs=2 --output-sync lint prepared
	.venv/bin/python -m pytest $(PARALLEL)

# The generators of strangers have an environment of their own; a reader of docs/examples makes its own.
GENERATORS := .venv-edges

edges:
	$(ENVIRONMENT) requirements-test.lock
	@MINKA_VENV=$(GENERATORS) $(PYTHON) -m deploy.environment tests/edges/clients/requirements.lock
	@tests/support/install-tools npm soffice=libreoffice-calc-nogui
	@cp tests/edges/clients/package.json tests/edges/clients/package-lock.json tests/edges/clients/.npmrc $(GENERATORS)/
	@cd $(GENERATORS) && npm ci --silent
	.venv/bin/python -m pytest tests/edges -m edges
	npm ci --prefix tests/edges/asyncapi_parser --ignore-scripts --no-audit --no-fund
	node tests/edges/asyncapi_parser/validate.mjs contracts/asyncapi.yaml

matrix:
	@.ci/matrix

# The same tests, except those of the local runner itself.
test-containers:
	$(ENVIRONMENT) requirements-test.lock
	@tests/support/install-tools
	MINKA_TEST_PROVIDER=containers .venv/bin/python -m pytest chassis services contracts tests/contracts \
		tests/operator/test_least_privilege.py tests/operator/test_topics.py $(PARALLEL)

compose-test:
	$(ENVIRONMENT) requirements-test.lock
	.venv/bin/python -m pytest tests/compose

sbom:
	$(ENVIRONMENT) requirements-test.lock
	@mkdir -p build/sbom
	@for image in enrollment sessions media reporting operator; do \
		cat deploy/locks/shared.lock deploy/locks/$$image.lock | .venv/bin/cyclonedx-py requirements - \
			--output-reproducible --output-file=build/sbom/$$image.cdx.json && echo "wrote build/sbom/$$image.cdx.json" || exit; \
	done

pictures:
	$(ENVIRONMENT) requirements-test.lock
	@tests/support/install-tools
	MINKA_PICTURES=1 .venv/bin/python -m pytest tests/browser

# The peers' libraries have an environment of their own.
bench-environments:
	$(ENVIRONMENT) requirements-test.lock
	@MINKA_VENV=.venv-bench $(PYTHON) -m deploy.environment benchmarks/requirements.lock

bench-projection: bench-environments
	.venv/bin/python -m benchmarks.projection

# Every measurement writes its results file, whatever its gate says; the table and the picture are made from them.
MEASUREMENTS := projection relay end_to_end imports writes lists growth latency designs
bench: bench-environments
	@missed=""; for each in $(MEASUREMENTS); do \
		echo; echo "$$each"; .venv/bin/python -m benchmarks.$$each || missed="$$missed $$each"; \
	done; \
	.venv/bin/python -m benchmarks.report; \
	if [ -n "$$missed" ]; then echo "A gate was missed:$$missed"; exit 1; fi

# Locks that agree: the tests' holds the trial's, which holds those of the images: what all need, and what each needs besides.
LOCK := uv pip compile --quiet --universal --python-version=3.11 --generate-hashes --no-emit-index-url --no-header pyproject.toml
NAMES := sed -n 's/^\([a-z0-9-]*\)==.*/--no-emit-package=\1/p'

lock:
	$(LOCK) --extra=trial --output-file=requirements.lock
	$(LOCK) --extra=trial --extra=test --constraints=requirements.lock --output-file=requirements-test.lock
	$(LOCK) --constraints=requirements.lock --output-file=deploy/locks/shared.lock
	@for image in enrollment sessions media reporting operator demonstration; do \
		$(LOCK) --extra=$$image --constraints=requirements.lock $$($(NAMES) deploy/locks/shared.lock) \
			--no-annotate --output-file=deploy/locks/$$image.lock || exit; \
	done

FAULTS := .minka-test/faults.jsonl

faults:
	$(ENVIRONMENT) requirements-test.lock
	@mkdir -p .minka-test && rm -f $(FAULTS)
	MINKA_FAULTS=full MINKA_FAULTS_RESULTS=$(FAULTS) .venv/bin/python -m pytest tests/faults
	@.venv/bin/python -m tests.faults.report $(FAULTS) docs/reliability.md

RUNS ?= 20

seeded-bugs:
	$(ENVIRONMENT) requirements-test.lock
	@tests/support/install-tools
	.venv/bin/python -m pytest tests/faults -m seeded_bug --count=$(RUNS) --numprocesses=2 --dist=loadscope

MINUTES ?= 30

soak:
	$(ENVIRONMENT) requirements-test.lock
	MINKA_SOAK_MINUTES=$(MINUTES) .venv/bin/python -m pytest tests/faults/test_soak.py -s

# ARGUMENTS="--only relay_and_outbox", for example; `python -m tests.mutants --help` has the others.
mutants:
	$(ENVIRONMENT) requirements-test.lock
	@tests/support/install-tools
	.venv/bin/python -m tests.mutants $(ARGUMENTS)

# `make demo` shows the product, `make test` checks it; both set everything up by themselves.
.DEFAULT_GOAL := help
SHELL := /bin/sh
BIN := .venv/bin
WORKERS ?= 2
# Suites with a real scheduler wait more than they compute.
HEAVY_WORKERS ?= 4
# Tests kill processes, never the machine: none of them needs what SQLite and others write to reach the disk.
WITHOUT_FSYNC = $$(command -v eatmydata)
PAGES := plugins/salesforce_daktela/ui
CODES := plugins/salesforce_daktela/sync
# Compiled modules are kept: without them each of the hundreds of Python processes compiles Airflow and its libraries anew.
unexport PYTHONDONTWRITEBYTECODE

# The theme's notice of its end of life: decision 58 says what follows it.
export NO_MKDOCS_2_WARNING=1

.PHONY: help venv packages release wheel docs demo bench initial-load test test-all test-clients test-install test-matrix test-distributed soak lint screenshots lock catalogues clean

help: ## show this list
	@sed -n 's/^\([a-z-]*\):.*## /  make \1\t/p' Makefile | expand -t 20

venv: ## make .venv from the pinned requirements
	@scripts/bootstrap

demo: venv ## run the whole pipeline on the embedded sandbox (DEMO_EMPTY=1 without a sync, to set one up; DEMO_EXIT=1 ends by itself; DEMO_SIZE=medium for more records; PROFILE=daktela-outage)
	@$(BIN)/python -m demo

docs: venv ## build the documentation as a site with search, in English and Czech, into .site
	@PYTHONPATH=plugins $(BIN)/python -m scripts.docs.pages
	@$(BIN)/mkdocs build --quiet --clean

bench: venv ## measure beside the alternatives (QUICK=1 in minutes, SIZE=middle, ONLY=extract,load)
	@scripts/install-system-packages
	@$(BIN)/python -m benchmarks --size $(if $(QUICK),quick,$(or $(SIZE),full)) --only "$(ONLY)"

initial-load: venv ## load a million records from end to end in Airflow, struck by kill -9 on the way (ROWS=20000 for fewer; RATE=200 requests a second)
	@scripts/install-system-packages
	@$(BIN)/python -m benchmarks.initial_load --rows $(or $(ROWS),1000000) $(if $(RATE),--rate $(RATE))

lint: venv ## style, types and import contracts
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy -n $(WORKERS)
	PYTHONPATH=plugins $(BIN)/lint-imports

test: lint ## lint, then the quick tests: units, DAGs, a scenario of each kind
	$(BIN)/pytest -q -m "not heavy" -n $(WORKERS)

# While the quick tests run, which need none of them, Debian's packages come from the network.
test-all: venv ## the above, then the suites with real schedulers, PostgreSQL, Redis, a browser and a fresh copy of the project
	@$(MAKE) --no-print-directory -j 2 test packages
	$(WITHOUT_FSYNC) $(BIN)/pytest -q -m heavy -n $(HEAVY_WORKERS) --durations 25

packages:
	@scripts/install-system-packages

test-matrix: venv ## test on the newest Airflow 3.1, 3.2 and 3.3 (in .matrix), and write what came of it into docs/compatibility.md
	@$(BIN)/python scripts/test-matrix

test-clients: venv ## hold the sandbox to Airbyte's source, tap-salesforce and the Salesforce CLI (installs them into .clients)
	@scripts/install-system-packages
	$(BIN)/pytest -q -m clients tests/conformance/clients

test-install: venv ## carry out the commands of docs/deploy.md for machines without containers (installs all packages once more)
	$(BIN)/pytest -q -m install tests/delivery/test_elsewhere.py

test-distributed: venv ## 100,000 records over Celery, PostgreSQL, Redis and S3, while each of them fails once (a quarter of an hour)
	@scripts/install-system-packages
	$(BIN)/pytest -q -s -m distributed tests/distributed

soak: venv ## run every attack in full and write tests/soak-results.json (HISTORIES=2000 KILLS=100 ...; 0 keeps the last figures)
	@PYTHONPATH=plugins:. $(BIN)/python -m tests.attacks.soak

screenshots: venv ## take pictures of every page, in both themes and languages, into docs/screens
	@scripts/install-system-packages
	@$(BIN)/python -m demo.screenshots

wheel: venv ## build wheel and source distribution of any commit into dist, as a version that no release has
	@$(BIN)/python scripts/release --unreleased

release: venv ## build wheel and source distribution of the commit into dist, checked and ready to be tagged
	@$(BIN)/python scripts/release

lock: venv ## compile the pinned requirements anew
	$(BIN)/uv pip compile -q --no-annotate --no-header --universal --python-version 3.11 requirements.in -o requirements.txt
	$(BIN)/uv pip compile -q --no-annotate --no-header --universal --python-version 3.11 requirements-amazon.in -o requirements-amazon.txt
	$(BIN)/uv pip compile -q --no-annotate --no-header --universal --python-version 3.11 requirements-kubernetes.in -o requirements-kubernetes.txt
	$(BIN)/uv pip compile -q --no-annotate --no-header --universal --python-version 3.11 requirements-dev.in -o requirements-dev.txt

catalogues: venv ## take new texts of the pages and new sentences of errors into their Czech catalogues, and compile them
	$(BIN)/pybabel -q extract -F pyproject.toml --no-location --sort-output -o $(PAGES)/pages.pot $(PAGES) $(CODES)
	$(BIN)/pybabel -q update --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date -w 120 -D pages -i $(PAGES)/pages.pot -d $(PAGES)/locale
	@rm $(PAGES)/pages.pot
	$(BIN)/python -m scripts.sentences > $(PAGES)/sentences.pot
	$(BIN)/pybabel -q update --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date -w 120 -D sentences -i $(PAGES)/sentences.pot -d $(PAGES)/locale
	@rm $(PAGES)/sentences.pot
	$(BIN)/pybabel -q compile -D pages -d $(PAGES)/locale
	$(BIN)/pybabel -q compile -D sentences -d $(PAGES)/locale

clean: ## remove what the other targets made
	rm -rf dist .venv .clients .demo .bench .matrix .site .mypy_cache .ruff_cache .import_linter_cache .hypothesis *.egg-info plugins/*.egg-info plugins/*/*.egg-info

# The only door for people and for CI. `make` alone prints this help.
.DEFAULT_GOAL := help
unexport PYTHONDONTWRITEBYTECODE

PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	"$$p" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))' 2>/dev/null && echo "$$p" && break; done)
PY := .venv/bin/python
UV := .tools/bin/uv
PORT ?= 18000
STATE ?= state/demo
DEMO := $(PY) -m deploy.demo
DEMO_OPTIONS := --port $(PORT) --state $(STATE)
PYTEST := $(PY) -m pytest
T ?= tests

##@ Every day
.PHONY: help setup demo demo-check demo-reset test simulate fuzz properties check
help: ## This list
	@awk 'BEGIN {FS = ":.*## "} /^##@/ {printf "\n\033[1m%s\033[0m\n", substr($$0, 5)} \
		/^[a-z][a-z0-9 -]*:.*## / {printf "  \033[36m%-18s\033[0m %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: ## Install everything a checkout needs (idempotent, costs nothing the second time)
	@if [ -z "$(PYTHON)" ]; then echo "  ✗ 需要 Python 3.11—3.13 / Python 3.11-3.13 is needed, none found on PATH" >&2; exit 1; fi
	@$(PYTHON) deploy/setup/bootstrap.py

demo: setup ## Start the demo federation, play its scenario, print addresses; PORT=18000 STATE=state/demo
	@$(DEMO) up $(DEMO_OPTIONS)

demo-check: setup ## Start, play, compare all databases, stop; KILL=<seed> kills processes meanwhile
	@$(DEMO) check $(DEMO_OPTIONS) $(if $(KILL),--kill $(KILL))

demo-reset: setup ## Stop what is left of a demo and delete its state
	@$(DEMO) reset $(DEMO_OPTIONS)

test: setup ## All tests; T=path for some
	@if [ "$(T)" = tests ]; then $(PYTHON) deploy/setup/browser.py --optional; fi
	@$(PYTEST) $(T) -q -n 2 --dist loadfile

simulate: ## The delivery protocol under random faults on all cores; SEEDS=2000
	@$(PY) -m tests.delivery.simulator --seeds 0:$(or $(SEEDS),2000) --jobs 0

fuzz: ## Spoiled transmissions on all cores, N=100000; a shorter run is part of the tests
	@$(PY) -m tests.fuzz --inputs $(or $(N),100000) --seed $(or $(SEED),0) --jobs $(or $(JOBS),2)
	@$(PY) -m tests.fuzz.worst

properties: setup ## Every property of bytes and chains with 2,000 examples instead of 150
	@$(PYTEST) tests/properties -q -n 2 --hypothesis-profile=long

check: lint types imports contracts-check compose-check ## What a change must pass besides the tests

##@ Tests by level
.PHONY: test-unit test-contract test-architecture test-node test-federation test-demo test-browser
test-unit test-contract test-architecture test-node test-federation test-demo: setup ## One level, e.g. make test-unit
	@$(PYTEST) tests/$(@:test-%=%) -q -n 2 --dist loadfile

test-browser: setup ## A person's walk in a real Chromium
	@$(PYTHON) deploy/setup/browser.py
	@$(PYTEST) tests/browser -q

##@ Speed
.PHONY: bench bench-registers
bench: setup ## Delivery against a hand-tuned floor and the usual ways; BENCH=quick, ARGS="--only shipped,floor"
	@$(PY) -W ignore -m tests.bench $(ARGS)

bench-registers: setup ## Pages of registers at 10,000 rows beside the bare queries; TIMES=40
	@$(PY) -W ignore -m tests.bench.registers

##@ To look at
.PHONY: screenshots
screenshots: setup ## A picture of every page for every role into build/screenshots, with console, CSP and axe complaints
	@$(PYTHON) deploy/setup/browser.py
	@$(PY) -m tests.browser.pictures --state $(STATE) --port $(PORT)

##@ Checks one by one
.PHONY: lint format types imports
lint: setup ## Style and mistakes
	@$(PY) -m ruff check .

format: setup ## Lay the code out
	@$(PY) -m ruff format .

types: setup ## Static types
	@$(PY) -m mypy

imports: setup ## Which room may import which
	@.venv/bin/lint-imports

##@ Promises
.PHONY: contracts contracts-check compose compose-check lock
contracts: setup ## Regenerate contracts/ from the code
	@$(PY) -m contracts.tools.generate

contracts-check: setup ## Fail on drift or on a change an office in the field cannot read
	@$(PY) -W ignore -m contracts.tools.generate --check
	@$(PY) -W ignore -m contracts.tools.compat

compose: setup ## Regenerate compose.yaml from deploy/offices.toml
	@$(PY) -m deploy.compose

compose-check: setup ## compose.yaml is up to date and valid
	@$(PY) -m deploy.compose --check
	@$(PY) -m check_jsonschema --builtin-schema vendor.compose-spec compose.yaml

lock: setup ## Refresh both locks after a change of pyproject.toml (pins stay where they can)
	@$(UV) pip compile pyproject.toml --group pyproject.toml:dev --universal --python-version 3.11 \
		--generate-hashes --no-annotate --no-header --quiet -o requirements.lock
	@$(UV) pip compile pyproject.toml -c requirements.lock --universal --python-version 3.11 \
		--generate-hashes --no-annotate --no-header --quiet -o requirements.runtime.lock

# Every target sets the clone up first (packages, generated code, compilation); that is quick and silent when nothing has changed.
.DEFAULT_GOAL := help
SHELL := /bin/sh
MAKEFLAGS += --no-print-directory

have_node := $(shell command -v node 2>/dev/null)
node := node_modules/.bin/node
run_ts := $(node) --disable-warning=ExperimentalWarning --experimental-transform-types --import ./scripts/typescript-imports.mjs

.PHONY: help setup build demo up reset test bench chaos failover check migration
.SILENT:

help: ## List the targets
	echo 'Tradewind. Nothing to install first but Node 20 or newer, npm, make and git.'
	echo
	sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1|\2/p' Makefile | while IFS='|' read -r target what; do printf '%-18s %s\n' "$$target" "$$what"; done
	echo
	echo 'Command line: bin/tradewind help'

setup: ## Install packages, generate code, compile (done by every other target)
ifeq ($(have_node),)
	echo 'Node 20 or newer is needed, with npm. On Debian: apt-get install nodejs npm; elsewhere: https://nodejs.org' >&2; exit 1
else
	node scripts/setup.mjs
endif

build: setup ## The same as setup

demo: setup ## Replay twenty years of real prices through every service and report
	bin/tradewind demo $(ARGS)

up: setup ## Start everything and stay, state kept between starts; Ctrl-C stops
	bin/tradewind up $(ARGS)

reset: setup ## Delete the state of demo and up (NAME=… for one of them)
	$(node) scripts/reset.mjs $(NAME)

test: setup ## Run every test (unit, int, flow)
	$(node) scripts/test.mjs $(ARGS)

bench: setup ## Measure latency, throughput and their floors in the same run (ONLY=word)
	$(run_ts) tests/bench/run.ts $(ONLY)

chaos: setup ## Kill, pause, cut and confuse: the demo's replay, then runs at a broker (ONLY=replay or desk, BROKER=…, SEED=… repeats a run, RUNS=…, STEPS=…, FAULTS=…, KILLS=…)
ifneq ($(ONLY),desk)
	$(run_ts) tests/chaos/run.ts $(if $(SEED),--seed $(SEED)) $(if $(KILLS),--kills $(KILLS))
endif
ifneq ($(ONLY),replay)
	$(run_ts) tests/chaos/desk/run.ts $(if $(SEED),--seed $(SEED)) $(if $(RUNS),--runs $(RUNS)) $(if $(BROKER),--broker $(BROKER)) $(if $(STEPS),--steps $(STEPS)) $(if $(FAULTS),--faults $(FAULTS))
endif

failover: setup ## Rehearse outages of market data sources in a session and show that no bar is lost or doubled
	$(run_ts) tests/failover/run.ts

check: setup ## Run the gates: types, lint, format, structure, contracts, unused code, licences, secrets
	$(node) scripts/check.mjs $(ARGS)

migration: setup ## Write a migration from a changed schema (SERVICE=… NAME=…)
	$(if $(SERVICE),,$(error SERVICE=… is missing, for instance `make migration SERVICE=orders NAME=add_fees`))$(if $(NAME),,$(error NAME=… is missing))$(node) libs/database/dist/make-migration.js $(SERVICE) $(NAME)

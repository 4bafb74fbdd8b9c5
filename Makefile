# Everything that a visitor or a maintainer runs. Each target sets up what it needs, on a Debian with nothing else.

VENV := .venv
BIN := $(VENV)/bin
SUDO := $(if $(filter 0,$(shell id -u)),,sudo)
HALL ?= examples/five-counters.toml
APT_HALL := python3-venv mosquitto espeak-ng fonts-unifont fonts-wqy-microhei fonts-babelstone-han strace
APT_TEST := $(APT_HALL) chromium graphviz systemd nftables
APT_NIGHT := debootstrap systemd-container iproute2
PYTHON ?= python3
# Hundreds of hubs would wait for one disk, which few tests are about: those that measure it run alone, on the disk.
MEMORY := $(shell test "$$(df --output=avail /dev/shm 2>/dev/null | tail -1)" -gt 4000000 2>/dev/null && echo /dev/shm)

# Hundreds of hubs are started: each would compile every module anew. What is never imported need not be compiled at all,
# so pip leaves it to the first import.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help hall test tests nightly setup lint bench golden docs clean

help: ## list the targets
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):[^#]*## /  make \1	/' | expand -t 16

hall: $(VENV)/hall ## run the whole simulated hall and print the address of its page (HALL=FILE for another hall)
	@$(BIN)/lintel sim $(HALL)

test: setup ## run every test
	@$(MAKE) --no-print-directory -j2 lint tests

tests: setup
	@mkdir -p pictures
	@$(BIN)/pytest -p no:xdist --collect-only -q >/dev/null || :  # compiles the tests once, not once for every worker
	$(if $(MEMORY),TMPDIR=$(MEMORY) )$(BIN)/pytest -n 10 -m "not alone and not nightly"
	$(BIN)/pytest -m "alone and not nightly" $$(grep -rl --include='*.py' 'mark\.alone' tests)

nightly: setup ## run what takes hours: hundreds of days of faults, an installation on a fresh Debian
	$(call apt,$(APT_NIGHT))
	@mkdir -p pictures
	$(BIN)/pytest -m nightly

setup: $(VENV)/dev ## set up everything that the hall and the tests need, and do no more

lint: setup ## format, lint, types, floors
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: setup ## measure a press against the floor of this machine
	$(BIN)/lintel bench press

golden: setup ## make the stored frames, tickets and faces again; look at them before you commit them
	$(BIN)/python -m tests.golden.remake_strips
	$(BIN)/python -m tests.golden.remake_tickets
	$(BIN)/python -m tests.golden.remake_forms
	$(BIN)/python -m tests.golden.remake_faces

docs: setup ## make docs/asyncapi.yaml, rules.md, security.md, node-memory.md and docs/wiring again
	$(BIN)/python -m hardware.asyncapi
	$(BIN)/python -m tests.rules.rules_page
	$(BIN)/python -m sim.firmware_sizes
	$(BIN)/python -m hardware.wiring.folder
	$(BIN)/python -m hub.staff.permissions_page
	$(BIN)/python -m tests.attacks.security_page

clean: ## remove what the other targets made
	rm -rf $(VENV) pictures

# The system's packages first: without python3-venv there is no virtual environment.
define apt
	@for package in $(1); do dpkg -s $$package >/dev/null 2>&1 || missing="$$missing $$package"; done; \
	if [ -n "$$missing" ]; then \
		echo "installing$$missing"; \
		$(SUDO) apt-get update -qq && \
		$(SUDO) env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $$missing; \
	fi
endef

$(VENV)/hall: pyproject.toml
	$(call apt,$(APT_HALL))
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/pip install -q --disable-pip-version-check --no-compile -e '.[sim]'
	@touch $@

$(VENV)/dev: pyproject.toml
	$(call apt,$(APT_TEST))
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/pip install -q --disable-pip-version-check --no-compile -e '.[dev]'
	@touch $@ $(VENV)/hall

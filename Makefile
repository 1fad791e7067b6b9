# Safelight. `make help` lists what can be done; every target sets itself up in .venv the first time.
# PYTHON=python3.12 chooses the Python of a new .venv (3.11 or later).

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet --no-deps
LOCKED := $(PIP) --no-build-isolation --require-hashes
COMPILE := cd requirements && ../$(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 \
  --generate-hashes --no-annotate --no-emit-index-url --no-emit-find-links --custom-compile-command "make lock"

# A stamp file says that a set-up step was done; it is done again when what it depends on changes.
MADE := $(VENV)/.made
RUN := $(VENV)/.run
PHOTOGRAPHS := $(VENV)/.photographs
INSTALLED := $(VENV)/.installed
GATES := $(VENV)/.gates
PEERS := $(VENV)/.peers
HTMX := src/safelight/web/console/static/htmx.min.js
AXE := $(VENV)/axe.min.js
AXE_VERSION := 4.14.1
BROWSER := $(VENV)/.browser

.PHONY: help demo test test-long coverage test-cpp bench-hash bench-match bench-follow bench-vault bench-serve bench-review bench-report lock clean
.DEFAULT_GOAL := help

help: ## say what can be done
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: $(INSTALLED) $(PHOTOGRAPHS) ## show the main job on benign pictures, and the console until Ctrl-C (ONCE=1: exit by itself)
	$(BIN)/safelight demo $(if $(ONCE),--once)

# The kernel may be missing from a demo, which then runs on the plain twins; the tests insist on it.
test test-long coverage: export SAFELIGHT_REQUIRE_KERNEL = 1

# Hundreds of short processes run here: each would compile all of Safelight anew where the machine forbids to keep that.
demo test test-long coverage: export PYTHONDONTWRITEBYTECODE =

test: $(GATES) $(BROWSER) ## run every gate: format, lint, types, import contracts, tests
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest -n 3 --dist worksteal -m "not long"

# By itself: what is traced takes 60 % longer.
coverage: $(GATES) $(BROWSER) ## run the tests with branch coverage, and show what none of them reaches
	$(BIN)/python -m pytest -n 2 -m "not long" --cov --cov-report=term

test-long: $(GATES) $(BROWSER) ## run the long counts, one after the other, and show the figures that they print
	$(BIN)/python -m pytest -m long --timeout 3600 -rP

test-cpp: $(GATES) ## run the C++ tests under the address, undefined-behaviour and thread sanitizers, full counts
	$(BIN)/python -m pytest -m long --timeout 3600 -rP tests/kernel/test_cpp.py

bench-hash: $(PEERS) ## measure hashing against the peers' libraries
	$(BIN)/python benchmarks/bench_hash.py

SIZE ?= 1M
BENCH ?=

bench-match: $(PEERS) ## measure matching against the peers' indexes (SIZE=10M; at 100M without them; BENCH='--kinds photo')
	$(BIN)/python benchmarks/bench_match.py --size $(SIZE) $(BENCH)

bench-follow: $(INSTALLED) ## measure import, opening and how soon another process sees a change (SIZE=10M)
	$(BIN)/python benchmarks/bench_follow.py --size $(SIZE) $(BENCH)

VAULT_SIZE ?= 2G

bench-vault: $(INSTALLED) ## measure spooling, sealing and opening a large file (VAULT_SIZE=2G)
	$(BIN)/python benchmarks/bench_vault.py --size $(VAULT_SIZE) $(BENCH)

bench-review: $(INSTALLED) ## measure the queue of 100,000 open cases on both databases
	$(BIN)/python benchmarks/bench_review.py $(BENCH)

bench-report: $(INSTALLED) ## measure filing reports at a fake authority on both databases
	$(BIN)/python benchmarks/bench_report.py $(BENCH)

bench-serve: $(PEERS) ## measure the service against threatexchange behind Flask and gunicorn (SIZE=1M)
	$(BIN)/python benchmarks/bench_serve.py --size $(SIZE) $(BENCH)

lock: $(MADE) ## resolve the requirement files anew
	$(LOCKED) -r requirements/lock.txt
	$(COMPILE) lock.in -o lock.txt
	$(COMPILE) run.in -o run.txt
	$(COMPILE) build.in -o build.txt
	$(COMPILE) --no-deps photographs.in -o photographs.txt
	$(COMPILE) --no-deps htmx.in -o htmx.txt
	$(COMPILE) test.in -o test.txt
	$(COMPILE) --no-deps oracle.in -o oracle.txt
	$(COMPILE) bench.in -o bench.txt

clean: ## remove all that was set up or built
	rm -rf $(VENV) $(HTMX) build dist demo screenshots .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis .coverage*

$(MADE):
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("Safelight needs Python 3.11 or later: make PYTHON=python3.12 …")'
	$(PYTHON) -m venv $(VENV)
	@touch $@

$(RUN): requirements/run.txt requirements/build.txt $(MADE)
	$(LOCKED) -r requirements/run.txt -r requirements/build.txt
	@touch $@

$(PHOTOGRAPHS): requirements/photographs.txt $(MADE)
	$(LOCKED) --no-compile -r requirements/photographs.txt
	@touch $@

# The one file of a third party that pages are given. Without it they work all the same; it is never committed.
$(HTMX): requirements/htmx.txt $(MADE)
	$(LOCKED) --no-compile --upgrade --target $(VENV)/htmx -r requirements/htmx.txt
	cp $(VENV)/htmx/django_htmx/static/django_htmx/htmx-4.min.js $@
	@touch $@

# What looks at our pages in the tests; never part of what is installed.
$(AXE): requirements/axe-core.sha256 $(MADE)
	cd $(VENV) && npm pack --silent axe-core@$(AXE_VERSION) >/dev/null && sha256sum --check --quiet ../requirements/axe-core.sha256
	tar -xzf $(VENV)/axe-core-$(AXE_VERSION).tgz -C $(VENV) --strip-components=1 package/axe.min.js
	@touch $@

# Debian's browser. Only root can add it; without it the tests of the pages fail, and say so.
$(BROWSER): $(MADE)
	@if command -v chromium >/dev/null; then touch $@; \
	elif [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	  apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends chromium >/dev/null && touch $@; \
	else echo "The tests of the pages need a browser: install chromium (Debian: apt-get install chromium)."; fi

# An editable install: Python changes count at once, C++ changes build the kernel anew.
$(INSTALLED): pyproject.toml CMakeLists.txt $(wildcard cpp/*) $(RUN) $(HTMX)
	PATH="$(CURDIR)/$(BIN):$$PATH" $(PIP) --no-build-isolation --editable .
	@touch $@

# In this order: the oracle is built from source with what the gates' file installs.
$(GATES): requirements/test.txt requirements/oracle.txt $(INSTALLED) $(PHOTOGRAPHS) $(AXE)
	$(LOCKED) --no-compile -r requirements/test.txt
	$(LOCKED) -r requirements/oracle.txt
	@touch $@

$(PEERS): requirements/bench.txt $(GATES)
	$(LOCKED) -r requirements/bench.txt
	@touch $@

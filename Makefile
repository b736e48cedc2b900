# The two commands are `make run` and `make test`; each does its own set-up the first time.
PORT ?= 8501
DATA ?= var/
VENV := .venv
BIN := $(VENV)/bin/python
# The first Python of 3.11 or newer: the plain one where it is new enough, else one by its full name.
PYTHON ?= $(shell for name in python3 python3.14 python3.13 python3.12 python3.11; do \
	if $$name -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then echo $$name; break; fi; done)

# Tests keep their databases in memory where there is room: half their time went to waiting for the disk.
ROOM_MB := 4096
SCRATCH := $(shell [ -w /dev/shm ] && [ "$$(df -Pm /dev/shm | awk 'NR == 2 {print $$4}')" -ge $(ROOM_MB) ] && echo TMPDIR=/dev/shm)

export RINGVIRK_DATA := $(DATA)
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: help run demo test test-all story lint benchmarks screens clean
.DEFAULT_GOAL := help

help: ## show the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "make %-12s %s\n", $$1, $$2}' Makefile

run: $(VENV)/.installed ## start the program (PORT=8501 DATA=var/)
	$(BIN) -m streamlit run streamlit_app.py --server.port $(PORT)

demo: DATA = var/demo/
demo: export RINGVIRK_DATA = $(DATA)
demo: $(VENV)/.installed ## the same with an invented fund and accounts, whose passwords only the terminal shows (DATA=var/demo/)
	@new=; [ -f "$(DATA)ringvirk.sqlite" ] || new=1; $(BIN) -m data demo && { [ -z "$$new" ] || $(BIN) -m fund demo; }
	$(BIN) -m streamlit run streamlit_app.py --server.port $(PORT)

test: $(VENV)/.installed-tests ## the tests that need no browser and little time
	$(SCRATCH) $(BIN) -m pytest -q -n auto -m "not browser and not slow"

test-all: lint test ## all tests, the linter and the type checker
	$(SCRATCH) $(BIN) -m pytest -q -n auto -m "(browser or slow) and not story"

story: $(VENV)/.installed-tests ## a year of the fund through its pages, in both languages; needs libfaketime
	$(BIN) -m pytest -q -m story

lint: $(VENV)/.installed-tests ## the linter and the type checker
	$(BIN) -m ruff check .
	$(BIN) -m mypy

benchmarks: $(VENV)/.installed-tests ## measure engine, import and pages side by side with their peers
	@failed=0; for name in engine import_events pages; do $(BIN) benchmarks/$$name.py || failed=1; done; exit $$failed

screens: $(VENV)/.installed-tests ## take the pictures of docs/screens anew, in Chromium
	$(BIN) tests/browser/screens.py

clean: ## remove the virtual environment and caches; data in var/ stays
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis

$(VENV)/.made:
	@if [ -z "$(PYTHON)" ]; then echo "Ringvirk needs Python 3.11 or newer, and none was found as python3, python3.14, \
	python3.13, python3.12 or python3.11. Install one, or name it: make run PYTHON=/path/to/python" >&2; exit 1; fi
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "$(PYTHON) can't make virtual environments. \
	On Debian and Ubuntu: apt-get install python3-venv" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.installed: $(VENV)/.made requirements.txt
	$(BIN) -m pip install -q -r requirements.txt
	@touch $@

$(VENV)/.installed-tests: $(VENV)/.installed tests/requirements.txt
	$(BIN) -m pip install -q -r tests/requirements.txt
	@touch $@

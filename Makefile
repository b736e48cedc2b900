# The two commands are `make run` and `make test`; each does its own set-up the first time.
PORT ?= 8501
DATA ?= var/
MINUTES ?= 30
SIZES ?= 8 36 100
VENV := .venv
BIN := $(VENV)/bin/python
# The first Python of 3.11 or newer: the plain one where it is new enough, else one by its full name.
PYTHON ?= $(shell for name in python3 python3.14 python3.13 python3.12 python3.11; do \
	if $$name -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then echo $$name; break; fi; done)

# Tests keep their databases in memory where there is room: half their time went to waiting for the disk.
ROOM_MB := 4096
SCRATCH := $(shell [ -w /dev/shm ] && [ "$$(df -Pm /dev/shm | awk 'NR == 2 {print $$4}')" -ge $(ROOM_MB) ] && echo TMPDIR=/dev/shm)

TOOLS := $(VENV)/tools
LOCK := $(TOOLS)/bin/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-annotate
UP ?=
N ?= 100000
SEED ?= 7

export RINGVIRK_DATA := $(DATA)
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: help run demo test test-all story lint benchmarks norway soak screens accessibility schema-fixtures fuzz lock audit faults clean
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
	$(SCRATCH) $(BIN) -m pytest -q -n auto -m "(browser or slow) and not story and not long"

story: $(VENV)/.installed-tests ## a year of the fund through its pages, in both languages; needs libfaketime
	$(BIN) -m pytest -q -m story

lint: $(VENV)/.installed-tests ## the linter and the type checker
	$(BIN) -m ruff check .
	$(BIN) -m mypy

benchmarks: $(VENV)/.installed-tests ## measure engine, import and pages side by side with their peers
	@failed=0; for name in engine import_events pages; do $(BIN) benchmarks/$$name.py || failed=1; done; exit $$failed

accessibility: $(VENV)/.installed-tests ## test access in Chromium, and let the statement tell the day that it passed
	$(BIN) -m pytest -q tests/test_colours.py tests/browser/test_pages.py tests/browser/test_keyboard.py tests/browser/test_zoom.py
	date -u +%F > data/accessibility_tested.txt

norway: $(VENV)/.installed-tests ## measure pages and jobs with a generated Norway's data (SIZES="8 36 100" FOLDER=; hours for 357)
	$(BIN) benchmarks/norway.py --sizes $(SIZES) $(if $(FOLDER),--folder $(FOLDER))

soak: $(VENV)/.installed-tests ## memory, files and threads over MINUTES=30 with ten sessions
	$(BIN) benchmarks/sessions.py soak --minutes $(MINUTES)

screens: $(VENV)/.installed-tests ## take the pictures of docs/screens anew, in Chromium
	$(BIN) tests/browser/screens.py

schema-fixtures: $(VENV)/.installed-tests ## keep a database with data for each new step of data/schema
	PYTHONPATH=. $(BIN) tests/schema_fixtures.py

fuzz: $(VENV)/.installed-tests ## read N (100000) broken inputs with every reader, or READERS="…"; hours; result in docs/fuzzing.md
	$(SCRATCH) PYTHONPATH=.:tests nice -n 19 $(BIN) -m fuzz.running --inputs $(N) --seed $(SEED) --write docs/fuzzing.md $(READERS)

lock: $(VENV)/.made ## write the locks anew from requirements.txt and tests/requirements.txt; UP=--upgrade for the newest
	$(BIN) -m pip install -q --upgrade --target $(TOOLS) "uv~=0.13.9"
	$(LOCK) requirements.txt -o requirements.lock $(UP)
	$(LOCK) tests/requirements.txt -c requirements.lock -o tests/requirements.lock $(UP)

audit: $(VENV)/.made ## ask whether a locked package has a known hole; needs the internet
	$(BIN) -m pip install -q --upgrade --target $(TOOLS) "pip-audit~=2.10"
	@PYTHONPATH=$(TOOLS) $(BIN) -m pip_audit --strict --disable-pip --progress-spinner off -r tests/requirements.lock || \
	{ echo "A hole is named above, or the data on holes couldn't be reached or doesn't know a package: nothing is cleared by this run." >&2; exit 1; }

faults: $(VENV)/.installed-tests ## kill and starve every writer at length (minutes), and write docs/reliability.md
	$(SCRATCH) PYTHONPATH=. nice -n 19 $(BIN) tests/fault_table.py

clean: ## remove the virtual environment and caches; data in var/ stays
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis

$(VENV)/.made:
	@if [ -z "$(PYTHON)" ]; then echo "Ringvirk needs Python 3.11 or newer, and none was found as python3, python3.14, \
	python3.13, python3.12 or python3.11. Install one, or name it: make run PYTHON=/path/to/python" >&2; exit 1; fi
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "$(PYTHON) can't make virtual environments. \
	On Debian and Ubuntu: apt-get install python3-venv" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	@touch $@

# What is installed is what was tested, file by file: the locks have every package's version and hashes.
$(VENV)/.installed: $(VENV)/.made requirements.lock
	$(BIN) -m pip install -q --require-hashes -r requirements.lock
	@touch $@

$(VENV)/.installed-tests: $(VENV)/.installed tests/requirements.lock
	$(BIN) -m pip install -q --require-hashes -r tests/requirements.lock
	@touch $@

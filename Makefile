# make run    installs, collects the seeds, serves the feeds and says where
# make test   installs, checks and tests
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
READER := .venv-reader
INSTALLED := $(VENV)/.installed

.DEFAULT_GOAL := help
.PHONY: help run test check pytest chromium marks pictures bench bench-feeds bench-export lock schemas clean

help:  ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 14

run: $(INSTALLED)  ## install (it says what), then run the daemon on the configuration in config/
	$(BIN)/aggregator run

test: check pytest  ## install, then all checks and all tests

check: $(INSTALLED)  ## lint, types, import directions
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

pytest: $(INSTALLED) chromium
	$(BIN)/python -m pytest -n 2

# What cannot be installed is named by the tests that need it.
chromium:
	@command -v chromium >/dev/null || test "$$(id -u)" != 0 || { apt-get update -qq; \
		DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium; } >/dev/null || true

marks: $(INSTALLED)  ## draw favicon.ico and the PNG pictures of icon.svg anew
	$(BIN)/python tests/browser/marks.py

pictures: $(INSTALLED) chromium  ## take the pictures in docs/pictures anew; needs fonts-noto-cjk
	PYTHONPATH=tests $(BIN)/python tests/browser/pictures.py

bench: $(INSTALLED)  ## how fast collecting is, against a raw loop in the same run
	$(BIN)/python tests/benchmarks/collect_files.py

bench-feeds: $(INSTALLED) $(READER)/.installed  ## how fast collecting 500 feeds is, against lemon24/reader in the same run
	$(BIN)/python tests/benchmarks/collect_feeds.py

bench-export: $(INSTALLED)  ## what an export costs when nothing changed, against the first one in the same run
	$(BIN)/python tests/benchmarks/export_site.py

schemas: $(INSTALLED)  ## write config/schema anew from the model
	$(BIN)/python -m aggregator.settings.schema config/schema

COMPILE := uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header

lock:  ## write the requirements files anew: of all, of what runs, of what builds; needs uv
	$(COMPILE) pyproject.toml --all-extras --group dev --group browser --output-file requirements.lock
	$(COMPILE) pyproject.toml --all-extras --constraints requirements.lock --output-file requirements-runtime.lock
	echo hatchling | $(COMPILE) - --constraints requirements.lock --output-file requirements-build.lock

$(INSTALLED): requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=python3.13 …")'
	@echo "installing into $(VENV): $$(grep -c '^[a-z].*==' requirements.lock) packages from requirements.lock (what the program" \
		"needs, and the tools of its tests), then this project, from this folder"
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

$(READER)/.installed: tests/benchmarks/reader-requirements.txt
	$(PYTHON) -m venv $(READER)
	$(READER)/bin/python -m pip install --quiet --disable-pip-version-check -r $<
	touch $@

clean:  ## remove the environment and all caches; var/ stays
	rm -rf $(VENV) $(READER) .mypy_cache .ruff_cache .hypothesis .import_linter_cache

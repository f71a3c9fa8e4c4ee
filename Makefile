# Needs Python 3.11 or newer and make; everything else is fetched, in the versions of uv.lock and
# package-lock.json. Bare `make` lists what there is.

UV_VERSION := 0.13.8
SHELL := /bin/sh
export UV_PYTHON_DOWNLOADS := never

VENV := .venv
BIN := $(VENV)/bin
UV := .tools/bin/uv
UV_STAMP := .tools/uv-$(UV_VERSION)
SYNCED := $(VENV)/.synced
VENDOR := src/vaksam/web/static/vendor/.stamp
AXE := node_modules/axe-core/axe.min.js
ASSET_SOURCES := package.json package-lock.json designsystemet.config.json tools/assets.py
MESSAGES := $(patsubst %.po,%.mo,$(wildcard src/vaksam/locale/*/LC_MESSAGES/django.po))
READY := $(SYNCED) $(VENDOR) $(MESSAGES)

# Checks read the settings but need no database.
WITHOUT_DATABASE := DATABASE_URL=postgresql:///none VAKSAM_DB_POOL=0 \
  VAKSAM_SECRET_KEY=none VAKSAM_HOME=.tools/home

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help run setup test check fix bench docs messages screenshots clean
.PHONY: check-lock check-style check-types check-layers check-migrations check-messages
.PHONY: check-reference

help: ## List these commands
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 20

run: $(READY) ## Serve the demo on http://127.0.0.1:8000, with its data in ./var
	@VAKSAM_HOME="$${VAKSAM_HOME:-var}" VAKSAM_DATA="$${VAKSAM_DATA:-../shared/data/fhm}" \
	  $(BIN)/vaksam demo $(ARGS)

setup: $(READY) ## Install what the other commands need

test: $(READY) $(AXE) ## Run all tests; ARGS are for pytest
	$(BIN)/pytest -n auto --dist loadfile $(ARGS)

CHECKS := lock style types layers migrations messages reference
check: $(CHECKS:%=check-%) ## Check style, types, layers, migrations, texts, generated docs

check-lock: $(READY)
	$(UV) lock --check --quiet

check-style: $(READY)
	$(BIN)/ruff check
	$(BIN)/ruff format --check

check-types: $(READY)
	$(WITHOUT_DATABASE) $(BIN)/mypy src/vaksam

check-layers: $(READY)
	$(BIN)/lint-imports

check-migrations: $(READY)
	$(WITHOUT_DATABASE) $(BIN)/python -W ignore -m django makemigrations --check --dry-run \
	  --settings vaksam.settings

check-messages: $(READY)
	$(BIN)/python tools/messages.py check

check-reference: $(READY)
	$(BIN)/python tools/reference.py --check

fix: $(READY) ## Mend what can be mended: style, translation files, generated docs
	$(BIN)/ruff check --fix
	$(BIN)/ruff format
	$(BIN)/python tools/messages.py update
	$(BIN)/python tools/reference.py

bench: $(READY) ## Print figures and ratios of the benchmarks
	@$(BIN)/python bench/run.py $(ARGS)

docs: $(READY) ## Write the generated pages of docs/reference
	$(BIN)/python tools/reference.py

messages: $(SYNCED) ## Bring the translation files up to date with the code
	$(BIN)/python tools/messages.py update
	$(BIN)/python tools/messages.py compile

screenshots: $(READY) ## Take the pictures of README and docs, in Chromium
	$(BIN)/python tools/screenshots.py

clean: ## Remove everything that was fetched or made, but not ./var with its data
	rm -rf .venv .tools node_modules src/vaksam/web/static/vendor src/vaksam/locale/*/LC_MESSAGES/*.mo
	rm -rf .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache dist

$(UV_STAMP):
	@python=$$(for name in python3.11 python3.12 python3.13 python3 python; do \
	    if "$$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then \
	      command -v "$$name"; break; fi; done); \
	  if [ -z "$$python" ]; then \
	    echo "Vaksam needs Python 3.11 or newer, and none was found on the PATH." >&2; exit 1; fi; \
	  echo "Installing uv $(UV_VERSION) with $$python …"; \
	  rm -rf .tools && "$$python" -m venv .tools || { \
	    echo "Python cannot make virtual environments; on Debian: apt install python3-venv" >&2; \
	    exit 1; }; \
	  .tools/bin/python -m pip install --quiet --disable-pip-version-check "uv==$(UV_VERSION)"
	@touch $@

$(SYNCED): pyproject.toml uv.lock $(UV_STAMP)
	@echo "Installing the locked environment …"
	@$(UV) sync --locked --quiet --compile-bytecode --python .tools/bin/python
	@touch $@

$(VENDOR): $(ASSET_SOURCES) $(SYNCED)
	@$(BIN)/python tools/assets.py
	@touch $@

$(AXE): package-lock.json $(SYNCED)
	@$(BIN)/python tools/assets.py --dev
	@touch $@

$(MESSAGES): %.mo: %.po $(SYNCED)
	@$(BIN)/python tools/messages.py compile

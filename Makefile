# Upstander. `make up` starts everything on this machine; `make test` proves it.
# Nothing but Python 3.11+ and make is needed; what else is needed is installed into .venv.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: help install install-dev pdq up test lint docs bench soak attack screenshots weaknesses assets lock clean

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 16

$(VENV)/.installed: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Upstander needs Python 3.11 or newer; '$(PYTHON)' is $$($(PYTHON) --version). Try: make PYTHON=python3.11"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.installed-dev: $(VENV)/.installed requirements-dev.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@

install: $(VENV)/.installed ## the virtual environment with the locked dependencies

install-dev: $(VENV)/.installed-dev ## the same with what tests and documents need

pdq: install ## PDQ hashes, for agencies' lists of known images (needs a C++ compiler on Linux)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements-pdq.lock || { echo "On Linux pdqhash is compiled: it needs a C++ compiler and Python's headers (Debian: apt-get install g++ python3-dev)"; exit 1; }

up: install ## start everything with the fictional demo; Ctrl-C stops it
	@exec $(BIN)/upstander up

test: install-dev ## every check and test (what CI runs)
	@bash scripts/test.sh

lint: install-dev ## style, types, architecture
	@bash scripts/lint.sh

bench: install-dev ## the figures of bench/RESULTS.md
	@exec $(BIN)/upstander bench all

soak: install-dev ## many rounds of kills and faults (about 30 minutes)
	@bash scripts/soak.sh

attack: install-dev ## hostile input at full size
	@bash scripts/attack.sh

docs: install-dev ## the documentation, into site/
	@NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet

screenshots: install-dev ## the pictures of the documentation
	@$(BIN)/python scripts/screenshots.py

weaknesses: install-dev ## known weaknesses in the locked versions (asks the package index)
	@$(BIN)/pip-audit --requirement requirements.lock --require-hashes --disable-pip

assets: ## rebuild the committed CSS and JavaScript from USWDS (needs node and npm)
	@bash scripts/assets.sh

lock: ## renew the lock files (needs uv)
	uv pip compile --universal --python-version 3.11 --generate-hashes -q --no-header --no-emit-index-url pyproject.toml -o requirements.lock
	echo pdqhash | uv pip compile --universal --python-version 3.11 --generate-hashes -q --no-header --no-emit-index-url --no-deps --no-annotate - -o requirements-pdq.lock
	uv pip compile --universal --python-version 3.11 --generate-hashes -q --no-header --no-emit-index-url --extra dev pyproject.toml -c requirements.lock -o requirements-dev.lock

clean: ## remove what was installed and built (not var/, which holds data)
	rm -rf $(VENV) site .mypy_cache .ruff_cache

PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
ARGS ?=

.PHONY: help setup demo check test chaos lint bench bench-paper house texts shrink lock wheelhouse clean

help: ## list what can be made
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 10

setup: .venv/.run ## make .venv with minping in it

demo: .venv/.run ## run a whole campaign and go on serving (ARGS=--no-serve stops after the tables, --paper votes on paper)
	@$(BIN)/python -m demo $(ARGS)

check: .venv/.test ## check style and types, and run the quick tests: no server, no PostgreSQL, no browser
	@$(MAKE) --no-print-directory lint
	@$(BIN)/python -m pytest -n 2 --dist worksteal -m quick $(ARGS)

test: .venv/.test ## install what the tests need and run every check
	@sh tests/install-chromium.sh
	@sh tests/install-servers.sh
	@$(MAKE) --no-print-directory lint
	@$(BIN)/python -m pytest -n 3 --dist worksteal $(ARGS)

chaos: .venv/.test ## go on killing and racing for longer than every change can wait
	@MINPING_CHAOS=1 $(BIN)/python -m pytest -n 2 -m slow tests/services tests/secrecy tests/deploy tests/scale tests/faults tests/attack $(ARGS)

lint: .venv/.test ## check style, types and known vulnerabilities
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/python tests/audit_dependencies.py

bench: .venv/.test ## measure, each figure beside its reference (ARGS=--quick for a short run)
	@$(BIN)/python -m bench $(ARGS)

bench-paper: .venv/.test ## read ballots that a generator filled in and scanned (ARGS="--lines 10000"), and go the whole way with 500 (--whole [N])
	@$(BIN)/python -m bench.paper $(ARGS)

house: .venv/.run ## count modules, rooms, doubles, circles and tests as a table (ARGS="--before REF" sets a commit beside)
	@$(BIN)/python -m bench.house $(ARGS)

texts: .venv/.run ## gather the interface's words and compile the catalogues
	@$(BIN)/pybabel -q extract -F pyproject.toml -k t -k _l --no-location --sort-output -o .venv/messages.pot .
	@$(BIN)/pybabel -q update -N --no-wrap --ignore-pot-creation-date --ignore-obsolete -i .venv/messages.pot -d survey/translations
	@$(BIN)/pybabel -q compile -d survey/translations

shrink: .venv/.test ## make what voters load smaller anew, after a change to their scripts or style
	@$(BIN)/python -m tests.shrink

lock: ## work out exact versions and hashes anew
	$(PYTHON) -m venv .venv/lock && .venv/lock/bin/pip install -q uv
	.venv/lock/bin/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	  --no-emit-find-links --no-header --no-annotate --upgrade --extra build pyproject.toml -o constraints.txt
	.venv/lock/bin/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	  --no-emit-find-links --no-header --no-annotate --upgrade --extra build --extra paper --extra sms -c constraints.txt \
	  pyproject.toml -o constraints-paper.txt
	.venv/lock/bin/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	  --no-emit-find-links --no-header --no-annotate --extra build --extra paper --extra sms --extra test \
	  -c constraints-paper.txt pyproject.toml -o constraints-test.txt

wheelhouse: .venv/.run ## gather all that a machine without internet needs, below dist/ (ARGS=--help for others)
	@$(BIN)/python deploy/wheelhouse.py $(ARGS)

clean: ## remove what was made, the instance excepted
	rm -rf .venv dist .pytest_cache .ruff_cache .mypy_cache .hypothesis

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Minping needs Python 3.11 or newer; set PYTHON=…")'
	@$(PYTHON) -m venv .venv

.venv/.run: constraints.txt pyproject.toml | .venv/bin/python
	@echo "installing (once; a minute or two) …"
	@$(PIP) install -q --require-hashes --no-deps -r constraints.txt
	@$(PIP) install -q --no-deps --no-build-isolation -e .
	@touch $@

.venv/.test: constraints-test.txt .venv/.run
	@echo "installing what the tests need …"
	@$(PIP) install -q --require-hashes --no-deps -r constraints-test.txt
	@touch $@

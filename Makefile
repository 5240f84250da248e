# Needs Python 3.11 or later, make and git; everything else is installed into .venv.

PYTHON ?= $(shell for p in python3.11 python3.12 python3.13 python3.14 python3 python; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
BIN := .venv/bin
STAMP := .venv/.installed
DIR ?= demo
PYTEST_ARGS ?=
BENCH_ARGS ?= 1000 10000

.PHONY: simulate simulate-long help install demo demo-sheets test test-long lint ci audit bench wheel docs pictures clean

help:
	@echo "make demo    a register with orders in every state, after a run (DIR=$(DIR))"
	@echo "make demo-sheets  the same in a Google Sheet on this machine, by the server for tests"
	@echo "make test    all tests (PYTEST_ARGS=... is handed to pytest)"
	@echo "make test-long    those that take minutes: 20,000 orders, a thousand races, every fault and every person"
	@echo "make simulate   100,000 acts of people, machines and faults from a seed (simulate-long: a million)"
	@echo "make lint    ruff, bandit and mypy"
	@echo "make ci      lint, then test; a skipped test fails"
	@echo "make audit   bandit, ruff's security rules, pip-audit over what is installed"
	@echo "make bench   how long things take, beside openpyxl and pandas (BENCH_ARGS=\"1000 10000\")"
	@echo "make wheel   dist/onsite-*.whl"
	@echo "make docs    the tables in README.md, docs/reference.md and tests/scenarios/README.md, from the code"
	@echo "make pictures  the register, an invoice and a work order of the demo as pictures for README.md (LibreOffice, poppler)"
	@echo "make clean   remove what was built; .venv and your registers stay"

install: $(STAMP)

# Again only when pyproject.toml changed.
$(STAMP): pyproject.toml
	@test -n "$(PYTHON)" || { echo "Python 3.11 or later was not found; install it, or say make PYTHON=/path/to/python" >&2; exit 1; }
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv --clear .venv \
		|| { echo "$(PYTHON) cannot make a virtual environment; on Debian or Ubuntu: apt-get install python3-venv" >&2; exit 1; }
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@

demo: $(STAMP)
	$(BIN)/onsite demo $(DIR)

demo-sheets: $(STAMP)
	$(BIN)/python -m tests.sheets_server.demo $(DIR)-sheets

# Files of tests side by side, one for each processor (PYTEST_ARGS="-n 0": one after the other, in one process).
test: $(STAMP)
	$(BIN)/python -m pytest -n auto --dist loadfile $(PYTEST_ARGS)

test-long: $(STAMP)
	$(BIN)/python -m pytest -m slow $(PYTEST_ARGS)

simulate: $(STAMP)
	$(BIN)/python -m tests.simulation.simulate --acts 100000 $(SIMULATE_ARGS)

simulate-long: $(STAMP)
	$(BIN)/python -m tests.simulation.simulate --acts 1000000 $(SIMULATE_ARGS)

lint: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/bandit --quiet --recursive rules sync templates
	$(BIN)/mypy

ci: lint
	$(MAKE) test PYTEST_ARGS="--fail-on-skip $(PYTEST_ARGS)"

# pip-audit asks public lists of weaknesses; where it can't reach them, the last line says so, and nothing was audited.
audit: $(STAMP)
	$(BIN)/ruff check --select S rules sync templates
	$(BIN)/bandit --quiet --recursive rules sync templates
	@$(BIN)/python -m pip freeze --exclude-editable > .venv/audited.txt
	@$(BIN)/pip-audit --strict --progress-spinner off --disable-pip --no-deps --requirement .venv/audited.txt \
		&& echo "pip-audit: nothing is known against what is installed." \
		|| { echo "pip-audit: see above. Where a package was \"not found\" or a connection failed, nothing was audited."; exit 1; }

bench: $(STAMP)
	$(BIN)/python -m bench.measure $(BENCH_ARGS)

wheel: $(STAMP)
	$(BIN)/python -m pip wheel --quiet --no-deps --no-build-isolation --wheel-dir dist .
	@ls dist/onsite-*.whl

docs: $(STAMP)
	$(BIN)/python -m sync.docs
	$(BIN)/python -m tests.scenarios.listing

pictures: $(STAMP)
	$(BIN)/python docs/pictures.py

clean:
	rm -rf dist build .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find rules sync templates tests bench -name __pycache__ -type d -prune -exec rm -rf {} + 2>/dev/null || true

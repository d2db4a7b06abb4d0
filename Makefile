# make run   makes the environment, builds the index, starts the app and prints its address
# make test  lints, checks types and runs every test
# make trust tries to break it, and writes what came of it to docs/trust.md; make trust PART=queries tries one part
# make audit asks whether a library that is locked has a fault that is known
# make bench measures speed and size and writes docs/performance.md; QUICK=1 takes three minutes and writes it in build/
# make lock  pins the newest versions that pyproject.toml allows

VENV   := .venv
BIN    := $(VENV)/bin
PORT   ?= 8501
# Extra arguments to pip, such as: make run PIP="--index-url https://pypi.example.no/simple"
PIP    ?=
# The part of make trust that is wanted; all where none is named.
PART   ?=
# The first of these that runs and is new enough.
PYTHON ?= $(shell for p in python3 python3.11 python3.12 python3.13; do \
    $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)

.PHONY: run index test trust lint bench audit lock clean

run: index
	@$(BIN)/kb serve --port $(PORT)

index: $(VENV)/run.stamp
	@$(BIN)/kb index

test: $(VENV)/test.stamp lint
	@sh tests/install-browser.sh
	$(BIN)/pytest -n 2 --dist loadfile

trust: $(VENV)/test.stamp
	@sh tests/install-browser.sh
	$(BIN)/python -m trust $(PART)

lint: $(VENV)/test.stamp
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/kb check

bench: $(VENV)/test.stamp
	@$(BIN)/kb index
	@PIP="$(PIP)" $(BIN)/python -m benchmarks run $(if $(QUICK),--quick)

$(VENV)/bin/python:
	@test -n "$(PYTHON)" || \
	    { echo "Praksis needs Python 3.11 or newer, and none was found. Try: make run PYTHON=/path/to/python3.11"; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/run.stamp: requirements/run.txt pyproject.toml | $(VENV)/bin/python
	$(BIN)/pip install --disable-pip-version-check --quiet $(PIP) -r requirements/run.txt
	$(BIN)/pip install --disable-pip-version-check --quiet $(PIP) --no-deps --editable .
	@touch $@

$(VENV)/test.stamp: requirements/test.txt $(VENV)/run.stamp
	$(BIN)/pip install --disable-pip-version-check --quiet $(PIP) -r requirements/test.txt
	@touch $@

audit: $(VENV)/bin/python
	$(BIN)/python -m venv $(VENV)/audit
	$(VENV)/audit/bin/pip install --disable-pip-version-check --quiet $(PIP) -r requirements/audit.txt
	$(VENV)/audit/bin/pip-audit --strict --no-deps --disable-pip --requirement requirements/run.txt

lock: $(VENV)/test.stamp
	$(BIN)/pip-compile --upgrade --quiet --strip-extras --no-header --no-emit-index-url --no-emit-find-links \
	    --constraint requirements/constraints.txt --output-file requirements/run.txt pyproject.toml
	$(BIN)/pip-compile --upgrade --quiet --strip-extras --no-header --no-emit-index-url --no-emit-find-links \
	    --constraint requirements/run.txt --extra cluster --extra dev --extra import --extra login --extra postgresql --extra tune --output-file requirements/test.txt pyproject.toml
	@sed -i 's/+cpu$$//' requirements/run.txt requirements/test.txt

clean:
	rm -rf $(VENV) build index/elsewhere index/generations index/CURRENT index/vectors.sqlite* index/unchanged.json index/writer.lock

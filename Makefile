# make run   makes the environment, builds the index, starts the app and prints its address
# make test  lints, checks types and runs every test
# make lock  pins the newest versions that pyproject.toml allows

VENV   := .venv
BIN    := $(VENV)/bin
PORT   ?= 8501
# Extra arguments to pip, such as: make run PIP="--index-url https://pypi.example.no/simple"
PIP    ?=
# The first of these that runs and is new enough.
PYTHON ?= $(shell for p in python3 python3.11 python3.12 python3.13; do \
    $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)

.PHONY: run index test lint lock clean

run: index
	@$(BIN)/kb serve --port $(PORT)

index: $(VENV)/run.stamp
	@$(BIN)/kb index

test: $(VENV)/test.stamp lint
	@sh tests/install-browser.sh
	$(BIN)/pytest -n 2 --dist loadfile

lint: $(VENV)/test.stamp
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/kb check

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

lock: $(VENV)/test.stamp
	$(BIN)/pip-compile --upgrade --quiet --strip-extras --no-header --no-emit-index-url --no-emit-find-links \
	    --constraint requirements/constraints.txt --output-file requirements/run.txt pyproject.toml
	$(BIN)/pip-compile --upgrade --quiet --strip-extras --no-header --no-emit-index-url --no-emit-find-links \
	    --constraint requirements/run.txt --extra dev --extra import --extra postgresql --extra tune --output-file requirements/test.txt pyproject.toml
	@sed -i 's/+cpu$$//' requirements/run.txt requirements/test.txt

clean:
	rm -rf $(VENV) build index/elsewhere index/generations index/CURRENT index/vectors.sqlite* index/writer.lock

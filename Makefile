# `make demo` and `make test` set up all that they need, on a fresh machine with Python 3.11 and make.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
export OPENBLAS_NUM_THREADS := 1
# Two processes, each with whole files, so that what a file sets up is set up once.
PARALLEL := $(BIN)/pytest -n 2 --dist loadfile

.PHONY: demo test quick lint coverage docs bench lock clean

demo: $(VENV)/run.stamp demo/company/codes.parquet
	@$(BIN)/kuski run demo/company/study.toml --out demo/report

demo/company/truth.json: $(wildcard src/kuski/demo/*.py) | $(VENV)/run.stamp
	@$(BIN)/kuski demo --out demo/company

demo/company/codes.parquet: demo/company/truth.json
	@$(BIN)/kuski stories code demo/company/study.toml

test: lint
	$(PARALLEL) -m "not coverage and not browser"
	$(PARALLEL) -m browser
	KUSKI_COVERAGE_STUDIES=$${KUSKI_COVERAGE_STUDIES:-100} $(PARALLEL) -m coverage

quick: $(VENV)/dev.stamp
	$(PARALLEL) -m "not coverage and not browser" -x

lint: $(VENV)/dev.stamp
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

coverage: $(VENV)/dev.stamp
	$(BIN)/pytest -m "not coverage and not browser" --cov --cov-report=term --cov-report=html

docs: $(VENV)/dev.stamp
	$(BIN)/zensical build --clean --strict

bench: $(VENV)/dev.stamp demo/company/truth.json
	$(BIN)/python bench/moments.py
	$(BIN)/python bench/peer.py
	$(BIN)/python bench/shapley.py
	$(BIN)/python bench/understand.py
	$(BIN)/python bench/stories.py
	$(BIN)/python bench/choice.py
	$(BIN)/python bench/choose_list.py
	$(BIN)/python bench/run.py demo/company/study.toml

lock: $(VENV)/dev.stamp
	$(BIN)/pip install --quiet uv
	$(BIN)/uv pip compile --universal --generate-hashes --no-header --python-version 3.11 --quiet \
		pyproject.toml --group lock --output-file requirements/run.txt
	$(BIN)/uv pip compile --universal --generate-hashes --no-header --python-version 3.11 --quiet \
		pyproject.toml --extra dev --group lock --constraint requirements/run.txt \
		--output-file requirements/dev.txt

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/run.stamp: requirements/run.txt pyproject.toml | $(VENV)/bin/python
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/run.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/dev.stamp: requirements/dev.txt requirements/data.txt $(VENV)/run.stamp
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements/data.txt
	@touch $@

clean:
	rm -rf $(VENV) demo/company demo/report

# `make run` opens the editor, `make demo` makes an ad, `make test` tests. All prepare .venv first, with uv when it is installed, else with pip.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
UV := $(shell command -v uv 2>/dev/null)
STAMPS := $(VENV)/.core $(VENV)/.dev

.PHONY: run demo test torture sdk-check lint lock bench bundle clean

run: $(VENV)/.core
	$(BIN)/clappper edit

demo: $(VENV)/.core
	$(BIN)/clappper demo --out demo

test: $(VENV)/.dev
	$(BIN)/python -m pytest -q -n auto

# Kills a buying program hundreds of times beside a seller on loopback, whose books are the judge.
torture: $(VENV)/.dev
	$(BIN)/python -m tests.torture.killing --kills 300

# The services' official clients against our simulators: proves that these speak as the services do.
sdk-check: $(VENV)/.dev
	$(if $(UV),uv sync --quiet --frozen --inexact --group sdk-check,$(BIN)/pip install --quiet "replicate>=1.0,<2" runwayml lumaai fal-client)
	$(BIN)/python -m pytest -q tests/contract/test_official_clients.py

lint: $(VENV)/.dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

bench: $(VENV)/.dev
	$(BIN)/python -m benchmarks.export
	$(BIN)/python -m benchmarks.lut
	$(BIN)/python -m benchmarks.journey
	$(BIN)/python -m benchmarks.runner

# A folder that runs without Python: dist/clappper/.
bundle: $(VENV)/.core
	$(BIN)/python -m pip install --quiet "pyinstaller>=6.16"
	$(BIN)/pyinstaller --noconfirm build.spec

# Writes the lock file and the hashed requirement files that pip reads.
lock:
	uv lock
	uv export --quiet --no-dev --no-emit-project --output-file requirements.txt
	uv export --quiet --only-group dev --no-emit-project --output-file requirements-dev.txt

clean:
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache

ifneq ($(UV),)
$(VENV)/.core: uv.lock pyproject.toml
	uv sync --quiet --frozen --no-dev --inexact
	touch $@
$(VENV)/.dev: uv.lock pyproject.toml
	uv sync --quiet --frozen
	touch $(STAMPS)
else
$(VENV)/.core: requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' \
		|| { echo "Clappper needs Python 3.11, 3.12 or 3.13; say which with: make PYTHON=python3.11 ..."; exit 1; }
	@$(PYTHON) -m venv $(VENV) \
		|| { echo "No virtual environment could be made; on Debian or Ubuntu: apt install python3-venv"; exit 1; }
	$(BIN)/pip install --quiet --require-hashes -r requirements.txt
	$(BIN)/pip install --quiet --no-deps --editable .
	touch $@
$(VENV)/.dev: $(VENV)/.core requirements-dev.txt
	$(BIN)/pip install --quiet --require-hashes -r requirements-dev.txt
	touch $@
endif

# Everything a newcomer needs: `make run`, then `make test`. Each target makes what it stands on.
PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
HOME_FOLDER ?= .gotgan
SAMPLE ?= .sample
# A file of tests stays in one process, whose nights and models its tests share.
PARALLEL ?= --numprocesses 2 --dist loadfile
# When make began: the tour tells how long a newcomer waited for the first answer, set-up included.
BEGAN := $(shell date +%s)

.PHONY: setup run test test-long check ui docs clean

# The stamp says that exactly this lock has been installed and the embedded model made from it.
$(VENV)/installed: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info[:2] < (3, 11))' || { echo "Python 3.11 이상이 필요합니다: make PYTHON=/path/to/python3.11 run"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "의존 패키지를 설치합니다 (처음에는 몇 분 걸립니다)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --requirement requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@$(BIN)/python -m warehouse.default_model
	@touch $@

setup: $(VENV)/installed

run: setup
	@$(BIN)/python -m pipelines.tour --home $(HOME_FOLDER) --sample $(SAMPLE) --began $(BEGAN)

test: setup
	@$(BIN)/python -m pytest -m "not long" $(PARALLEL)

test-long: setup
	@$(BIN)/python -m pytest -m long $(PARALLEL)

check: setup
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/basedpyright
	@$(BIN)/lint-imports
	@DAGSTER_DISABLE_TELEMETRY=1 $(BIN)/python -m dagster definitions validate -w workspace.yaml

ui: setup
	@$(BIN)/gotgan ui --home $(HOME_FOLDER)

docs: setup
	@$(BIN)/python -m pipelines.pages

clean:
	@chmod -R u+rwX $(SAMPLE) 2>/dev/null || true
	rm -rf $(HOME_FOLDER) $(SAMPLE)

# PYTHON names the interpreter that .venv is made with; LAB_FLAGS go to JupyterLab; TESTS to pytest.
PYTHON ?= python3
export PYTHON
RUN := .venv/bin/python -m
# JupyterLab refuses to start as root (in a container, say) without being told to.
LAB_FLAGS ?=
AS_ROOT := $(if $(filter 0,$(shell id -u)),--allow-root)

.DEFAULT_GOAL := help
.PHONY: help setup build check test browser hosts lab bench looks dev

help: ## this list
	@sed -nE 's/^([a-z]+):.*## (.*)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 16

setup: ## .venv, node packages and the front end, brought up to date
	@scripts/setup

build: setup ## the front end, when its sources changed

lab: setup ## JupyterLab on notebooks/quickstart.ipynb (LAB_FLAGS=--no-browser)
	$(RUN) jupyterlab $(AS_ROOT) --ServerApp.root_dir=notebooks --LabApp.default_url=/lab/tree/quickstart.ipynb $(LAB_FLAGS)

check: setup ## linters and types
	$(RUN) ruff check .
	$(RUN) ruff format --check .
	$(RUN) mypy --strict
	node_modules/.bin/tsc

test: check ## everything: linters, types, node tests, pytest with the browser (TESTS=tests/unit narrows pytest)
	@scripts/chromium
	node scripts/test.mjs
	$(RUN) pytest -n auto $(TESTS)

browser: setup ## the tests in a real browser
	@scripts/chromium
	$(RUN) pytest -m browser $(TESTS)

hosts: setup ## the tests in voila, marimo, papermill and Sphinx, which it installs
	@scripts/chromium
	@.venv/bin/python -m pip install -qq --disable-pip-version-check --requirement requirements-hosts.txt
	@npm install --no-save --ignore-scripts --no-audit --no-fund --silent mystmd@1.8.3
	$(RUN) pytest -m browser tests/browser/test_hosts.py

bench: setup ## the measurements in benchmarks/
	@scripts/chromium
	@.venv/bin/python -m pip install -qq --disable-pip-version-check --requirement requirements-bench.txt
	@for file in benchmarks/*.py; do echo "$$file"; .venv/bin/python "$$file" || exit 1; done

looks: setup ## screenshots of every screen, build/looks/sheet.png
	@scripts/chromium
	.venv/bin/python scripts/looks.py --sheet

dev: setup ## rebuild the front end on every change
	node scripts/build.mjs --watch

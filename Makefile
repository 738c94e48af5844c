# What a developer and a newcomer type. Everything is set up by bootstrap.py, in .venv of this folder.
PYTHON ?= python3
RUN := .venv/bin/python
PATHS := services streams search api tests benchmarks bootstrap.py

# What was compiled is kept: the tests start many programs, each of which would compile all of it again.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help run cluster test check format lock bench nightly pictures wheel

help:
	@echo "make run      set up, and start Paceline with a sample company"
	@echo "make cluster  set up, and start Kafka, Postgres, workers and nodes on this machine"
	@echo "make test     set up, and run the tests"
	@echo "make check    formatting, lint, types, import contracts, tests"
	@echo "make format   format the code"
	@echo "make bench    run the benchmarks in small size"
	@echo "make nightly  run the large tests"
	@echo "make pictures make the pictures of the README again (needs chromium)"
	@echo "make lock     renew the locked requirements"
	@echo "make wheel    build the wheel"

run:
	@$(PYTHON) bootstrap.py run
	@.venv/bin/paceline demo $(ARGS)

cluster:
	@$(PYTHON) bootstrap.py dev
	@.venv/bin/paceline cluster up $(ARGS)

test:
	@$(PYTHON) bootstrap.py dev
	$(RUN) -m pytest -n 3 --dist worksteal -q $(ARGS)

check:
	@$(PYTHON) bootstrap.py dev
	$(RUN) -m ruff format --check $(PATHS)
	$(RUN) -m ruff check $(PATHS)
	$(RUN) -m mypy
	.venv/bin/lint-imports
	$(RUN) -m pytest -n 3 --dist worksteal -q

format:
	@$(PYTHON) bootstrap.py dev
	$(RUN) -m ruff format $(PATHS)
	$(RUN) -m ruff check --fix $(PATHS)

bench:
	@$(PYTHON) bootstrap.py dev
	$(RUN) -m benchmarks --small

nightly:
	@$(PYTHON) bootstrap.py dev
	$(RUN) -m pytest -q -m nightly --timeout 3600

pictures:
	@$(PYTHON) bootstrap.py dev
	$(RUN) -m tests.pages.pictures

LOCK := ../$(RUN) -m piptools compile -q --generate-hashes --no-emit-index-url \
	--no-emit-trusted-host --no-emit-find-links --strip-extras --allow-unsafe

lock:
	@$(PYTHON) bootstrap.py dev
	cd requirements && $(LOCK) --output-file run.txt run.in
	cd requirements && $(LOCK) --output-file dev.txt dev.in
	cd requirements && $(LOCK) --output-file scaled.txt scaled.in

wheel:
	@$(PYTHON) bootstrap.py dev
	$(RUN) -m build --wheel

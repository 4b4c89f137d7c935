# Every target does all of its own set-up: python3 (3.11 or newer) and make are enough.
# pip's and uv's own settings (index, proxy, certificates) are used as they are found.

SHELL := /bin/sh
.DEFAULT_GOAL := help
.NOTPARALLEL:

UV_VERSION := 0.13.9
BIN := .venv/bin
READY := .venv/.ready
UV_READY := .venv/.uv-$(UV_VERSION)
PYTEST_ARGS ?=
BENCH_ARGS ?=
SEAMS_ARGS ?=

# uv trusts its own list of authorities unless told otherwise; pip's certificate, then the machine's, come first.
export UV_SYSTEM_CERTS ?= 1
ifeq ($(SSL_CERT_FILE),)
ifneq ($(PIP_CERT),)
export SSL_CERT_FILE := $(PIP_CERT)
endif
endif
# A virtual environment that happens to be active is not ours, and no interpreter is fetched behind the reader's back.
unexport VIRTUAL_ENV PYTHONHOME PYTHONPATH
export UV_PYTHON_DOWNLOADS := never
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: help setup demo bench seams up down cluster reset test test-long screens check format

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 20

setup: $(READY) ## everything the other targets need
	@echo "Sẵn sàng: $(BIN)/lienthong"

demo: $(READY) ## three hundred dossiers on the fast clock, from filing to result
	@$(BIN)/lienthong demo

bench: $(READY) ## the engine beside a bare workflow, and lists over a million open tasks; six minutes at most
	@$(BIN)/python -P -m tests.benchmarks $(BENCH_ARGS)

seams: $(READY) ## two thousand dossiers through other systems that fail and are killed; nothing lost, doubled, reordered
	@$(BIN)/python -P -m tests.seams $(SEAMS_ARGS)

up: $(READY) ## start everything; Ctrl-C stops it
	@$(BIN)/lienthong up

down: $(READY) ## stop what `make up` started
	@$(BIN)/lienthong down

cluster: $(READY) ## the distributed form: Temporal on PostgreSQL, two workers, two API; Ctrl-C stops it
	@$(BIN)/lienthong cluster

reset: $(READY) ## delete the data under .data/ (asks first)
	@$(BIN)/lienthong reset

# Each process has servers of its own, so the tests share nothing but the cores.
test: $(READY) ## every test but the long ones
	@command -v chromium chromium-browser >/dev/null || \
	    echo "Không có Chromium: bỏ qua các bài thử bằng trình duyệt thật (apt-get install chromium)." >&2
	@$(BIN)/pytest --numprocesses auto --dist worksteal $(PYTEST_ARGS)

test-long: $(READY) ## the long tests: kills, races, real timers
	@$(BIN)/pytest -m long $(PYTEST_ARGS)

screens: $(READY) ## every page as a picture under .data/screens/, to be looked at; needs Chromium
	@$(BIN)/python -P -m tests.browser.screens

check: $(READY) ## format, lint, types, contracts, procedures
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@PYTHONPATH=. $(BIN)/lint-imports
	@$(BIN)/lienthong procedures lint

format: $(READY) ## let ruff lay out the code
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

# The newest python3 that fits is taken only when plain python3 does not.
.venv/bin/python:
	@set -e; found=; \
	for python in python3 python3.14 python3.13 python3.12 python3.11; do \
	    if "$$python" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 15))' 2>/dev/null; \
	    then found=$$python; break; fi; \
	done; \
	[ -n "$$found" ] || { echo "Cần Python 3.11 đến 3.14 (python3)." >&2; exit 1; }; \
	echo "[1/3] Môi trường ảo .venv từ $$("$$found" -c 'import sys; print(sys.executable)')"; \
	"$$found" -m venv --clear .venv 2>/dev/null || "$$found" -m venv --clear --without-pip .venv

# Debian keeps ensurepip in a package of its own; then the machine's pip installs into our environment.
$(UV_READY): | .venv/bin/python
	@echo "[2/3] uv $(UV_VERSION)"
	@if [ -x $(BIN)/pip ]; then $(BIN)/python -m pip install --quiet "uv==$(UV_VERSION)"; \
	else python3 -m pip --python $(BIN)/python install --quiet "uv==$(UV_VERSION)"; fi
	@touch $@

$(READY): pyproject.toml uv.lock Makefile | $(UV_READY)
	@echo "[3/3] Thư viện theo uv.lock"
	@$(BIN)/uv sync --frozen --python $(BIN)/python
	@$(BIN)/python -c 'import pathlib, sysconfig; \
	    site = pathlib.Path(sysconfig.get_path("purelib")); \
	    (site / "lienthong.pth").write_text(str(pathlib.Path.cwd()) + "\n", encoding="utf-8")'
	@printf '#!/bin/sh\nexec "%s" -P -m cli "$$@"\n' "$(CURDIR)/$(BIN)/python" > $(BIN)/lienthong
	@chmod 755 $(BIN)/lienthong
	@touch $@

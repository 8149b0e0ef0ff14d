# Needs python3 (3.10 or newer, with venv) and make. Another Python: make test PYTHON=python3.13
# More arguments for pytest or the bench: make test ARGS='-k struct', make bench ARGS=--quick

PYTHON ?= python3
VENV ?= .venv
JOBS ?= 1
ARGS ?=
CPU ?= all
SHORT ?=
PY ?= 3.11
BITS ?= 64
ONCE ?=
DONE ?=
BETWEEN ?=
EMULATED ?=
COUNT ?= 1000
VERSIONS ?=

# Where native code is first called from: what tests have to be the same for, however it is called.
SEEDED := $(if $(SHORT),tests/seed tests/middle tests/low tests/raw/test_cells.py tests/high/test_library.py,\
    tests/seed tests/cpython tests/high tests/middle tests/low tests/raw tests/unwind tests/libffi tests/cli)

# A version alone stands for one of those that are fetched or built for tests: 3.14, 3.13t, 3.11d
ifneq ($(filter 3.1%,$(PYTHON)),)
override PYTHON := $(or $(shell python3 .ci/pythons.py $(PYTHON)),$(PYTHON))
endif

# What needs no other machine code, compiler or assembler, and says soonest what is wrong.
QUICK := tests/walls tests/ctype/test_byteorder.py tests/ctype/test_canonical.py tests/ctype/test_compatible.py \
    tests/cdecl $(filter-out tests/convention/test_oracle_%,$(wildcard tests/convention/test_*.py)) tests/ir tests/stub \
    $(wildcard tests/encode/test_*_refusals.py) tests/lower/test_golden.py tests/memory/test_spans.py \
    tests/raw/test_status.py tests/docs/test_tables.py

BENCH_VENV := .venv-bench
SOURCES = pyproject.toml $(wildcard README.md) $(shell find src -name '*.py')
ON_CPU = $(VENV)/bin/python .ci/cpu '$(CPU)' --jobs '$(JOBS)' $(if $(SHORT),--short) $(if $(EMULATED),--emulated)
CHECKED := src tests demo bench docs .ci
VERSION = $(shell $(PYTHON) -c 'import sys; print("%d.%d.%d" % sys.version_info[:3] + getattr(sys, "abiflags", ""))' 2>/dev/null)
# In a shell of Windows' (MSYS2's, say) environments have their programs elsewhere, and the demonstration is about other libraries.
BIN := $(if $(filter Windows_NT,$(OS)),Scripts,bin)
DEMO := demo/$(if $(filter Windows_NT,$(OS)),windows,demo).py
PIP_INSTALL := $(BIN)/python -m pip --quiet --quiet --disable-pip-version-check install --prefer-binary

SITE := build/site
SITE_VENV := .venv-site
# CPython for browsers, an npm package: its release is named for the Python that it has.
PYODIDE := 314.0.7
PYODIDE_FILES := build/pyodide/$(PYODIDE)

.PHONY: help demo quick test test-all pythons test-faces test-seeds test-real test-libffi test-site site lint types bench clean test-cpu test-cpus test-generated test-windows
.DELETE_ON_ERROR:

help:
	@echo "make demo      install farcall into $(VENV) and run the demonstration"
	@echo "make quick     while one works: the tests of what is pure, in less than a minute"
	@echo "make test      the tests, on $(PYTHON)"
	@echo "make test-all  the tests, on every Python 3.10+ found on PATH and in pyenv, and on those of make pythons"
	@echo "               that are not there (JOBS=2: two at a time)"
	@echo "make pythons   fetch the newest CPythons, from Debian's packages, into ~/.cache/farcall-tests/pythons"
	@echo "               (or FARCALL_TEST_PYTHONS); they serve as PYTHON too, by name (make test PYTHON=3.14), and so do"
	@echo "               debug builds (3.11d, 3.13d) and those without a GIL (3.13t, built from source in minutes)"
	@echo "make test-seeds  the tests with native code first called by ctypes, and on a Python from which ctypes is hidden"
	@echo "               (SHORT=1: a part)"
	@echo "make test-libffi  libffi's own test programs (needs gcc, g++, and Debian's apt for their source)"
	@echo "make test-faces  CPython's own tests of ctypes and cffi's of its backend, with the real one and with farcall's; the counts"
	@echo "make test-real  the tests with real libraries, also those that are large to install (LLVM)"
	@echo "make test-cpu CPU=aarch64  the tests on another CPU's Python, by an emulator (also arm, i386, loongarch64, mips64el, mipsel, ppc64le,"
	@echo "               riscv64, s390x; JOBS=2; SHORT=1: a part; EMULATED=1: i386 by the emulator too); make test-libffi CPU=aarch64 (or windows)"
	@echo "make test-cpus  the tests on all of those"
	@echo "make test-windows  the tests on Windows' CPython 3.11, by wine (needs wine and MinGW's gcc; PY=3.13: another; BITS=32: of"
	@echo "               32 bits; SHORT=1: calls and closures only)"
	@echo "make test-generated  calls and closures of CPUs that need no Python here, in programs of their compilers: COUNT=1000"
	@echo "               random signatures of each (ARGS='-k mips': one CPU's)"
	@echo "make site      the documentation as a site, in $(SITE), with the explorer (which needs npm);"
	@echo "               VERSIONS='0.1.0 0.2.0': versions whose sites lie beside it, each in a directory of its name"
	@echo "make test-site  the site and the explorer in a browser (needs chromium)"
	@echo "make lint      ruff"
	@echo "make types     mypy, strict"
	@echo "make bench     calls timed beside a C extension, ctypes and cffi (needs gcc)"
	@echo "make clean     remove the environments and caches"

demo: $(VENV)/.demo
	@$(VENV)/$(BIN)/python $(DEMO)

test: $(VENV)/.test
	@$(VENV)/bin/python -m pytest $(ARGS)

quick: $(VENV)/.test
	@$(VENV)/bin/python -m pytest -q -n 2 --dist worksteal -m 'not slow' --ignore tests/cdecl/header $(QUICK) $(ARGS)

test-all:
	@MAKE='$(MAKE)' $(PYTHON) .ci/every_python.py --jobs '$(JOBS)' $(ONCE:%=--once='%') $(DONE:%=--done='%') $(if $(BETWEEN),--between='$(BETWEEN)') -- $(ARGS)

pythons:
	@$(PYTHON) .ci/pythons.py $(ARGS)

test-seeds: $(VENV)/.test
	@FARCALL_SEED=ctypes $(VENV)/bin/python -m pytest $(SEEDED) $(ARGS)
	@$(VENV)/bin/python -m pytest -p tests.without_ctypes $(SEEDED) $(ARGS)

test-real: $(VENV)/.test
	@FARCALL_REAL=true $(VENV)/bin/python -m pytest tests/real $(ARGS)

test-faces: $(VENV)/.test
	@FARCALL_FACES=true $(VENV)/bin/python -m pytest tests/faces $(ARGS)

test-libffi: $(VENV)/.test
ifeq ($(CPU),windows)
	@$(VENV)/bin/python .ci/windows --python '$(PY)' --libffi -- $(ARGS)
else ifeq ($(CPU),all)
	@$(VENV)/bin/python -m tests.libffi $(ARGS)
else
	@$(ON_CPU) --libffi -- $(ARGS)
endif

test-generated: $(VENV)/.test
	@FARCALL_ORACLE_COUNT=$(COUNT) $(VENV)/bin/python -m pytest tests/test_oracle_generated.py $(ARGS)

site: $(SITE_VENV)/.site $(PYODIDE_FILES)/.fetched
	@$(SITE_VENV)/bin/python docs/site/build.py $(SITE) --versions '$(VERSIONS)' $$(test -e $(PYODIDE_FILES)/node_modules && \
	    echo "--pyodide $(PYODIDE_FILES)/node_modules/pyodide")

test-site: site
	@FARCALL_SITE=true $(SITE_VENV)/bin/python -m pytest -n 2 --dist loadgroup tests/site $(ARGS)

test-cpu: $(VENV)/.python-$(VERSION)
	@$(ON_CPU) -- $(ARGS)

test-cpus: $(VENV)/.python-$(VERSION)
	@$(ON_CPU) -- $(ARGS)

test-windows: $(VENV)/.python-$(VERSION)
	@$(VENV)/bin/python .ci/windows --python '$(PY)' --bits $(BITS) $(if $(SHORT),--short) -- $(ARGS)

lint: $(VENV)/.lint
	@$(VENV)/bin/ruff check $(CHECKED)
	@$(VENV)/bin/ruff format --check $(CHECKED)

types: $(VENV)/.lint
	@$(VENV)/bin/mypy

bench: $(BENCH_VENV)/.bench
	@$(BENCH_VENV)/bin/python -m bench $(ARGS)

clean:
	rm -rf .venv .venvs .cpus $(BENCH_VENV) $(SITE_VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis build dist
	find src tests demo bench .ci -name __pycache__ -prune -exec rm -rf {} +

# One stamp per thing done, so that a second run starts at once. The name of the first carries the version:
# another PYTHON makes the environment anew, and with it every stamp in it.
define ENVIRONMENT
	@$(PYTHON) -c '' 2>/dev/null || { \
	    echo "$(PYTHON) does not run: install Python 3.10 or newer, or name one: make PYTHON=/path/to/python3"; \
	    exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 10))' || { \
	    echo "farcall needs Python 3.10 or newer and $(PYTHON) is $(VERSION); name another: make PYTHON=python3.12"; \
	    exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	    echo "$(PYTHON) cannot make virtual environments. Install what is missing, then try again:"; \
	    echo "    Debian, Ubuntu: apt-get install python3-venv      openSUSE: zypper install python3-pip"; \
	    exit 1; }
	@echo "making $(@D) with Python $(VERSION)"
	@$(PYTHON) -m venv --clear $(@D)
	@touch $@
endef

$(VENV)/.python-$(VERSION):
	$(ENVIRONMENT)

$(BENCH_VENV)/.python-$(VERSION):
	$(ENVIRONMENT)

$(SITE_VENV)/.python-$(VERSION):
	$(ENVIRONMENT)

# The tests install farcall in place; that serves the demonstration as well.
$(VENV)/.demo: $(VENV)/.python-$(VERSION) $(SOURCES)
	@test -e $(VENV)/.test || $(VENV)/$(PIP_INSTALL) .
	@touch $@

# Only what is ready-made, older releases perhaps: where there is no numpy for this Python, the tests that need it are skipped
# by name.
$(VENV)/.test: $(VENV)/.python-$(VERSION) pyproject.toml
	@$(VENV)/$(PIP_INSTALL) --only-binary :all: -e '.[test]' || { \
	    echo "trying without numpy"; $(VENV)/$(PIP_INSTALL) --only-binary :all: -e . 'pytest>=7' 'pytest-xdist>=3' 'hypothesis>=6' 'mypy>=1.16'; }
	@touch $@

$(VENV)/.lint: $(VENV)/.python-$(VERSION) pyproject.toml
	@$(VENV)/$(PIP_INSTALL) 'mypy>=1.8' 'ruff>=0.4'
	@touch $@

# Sphinx's newest wants a newer Python than some that farcall runs on; the site is the same by the one before.
$(SITE_VENV)/.site: $(SITE_VENV)/.python-$(VERSION) pyproject.toml
	@$(SITE_VENV)/$(PIP_INSTALL) -e '.[site]'
	@touch $@

$(PYODIDE_FILES)/.fetched:
	@mkdir -p $(@D)
	@if command -v npm >/dev/null; then \
	    npm install --silent --no-audit --no-fund --prefix $(@D) pyodide@$(PYODIDE); \
	else echo "npm is not here: the site will be without Pyodide"; fi
	@touch $@

$(BENCH_VENV)/.bench: $(BENCH_VENV)/.python-$(VERSION) pyproject.toml
	@$(BENCH_VENV)/$(PIP_INSTALL) -e . cffi numpy setuptools
	@touch $@

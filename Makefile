# make demo shows the product, make test proves it; both make their own environment (.venv) first.
# On a bare Debian 12: sudo apt-get install make python3 python3-venv nodejs npm etcd-server

PYTHON ?= $(shell for candidate in python3 python3.14 python3.13 python3.12 python3.11; do \
  $$candidate -c 'import sys, ensurepip, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
  && echo $$candidate && break; done)
NO_PYTHON = Python 3.11 or newer with its venv module is missing: sudo apt-get install python3 python3-venv

# Services are started again and again, hundreds of times by the tests: their files are compiled once,
# also where the environment says that nothing compiled is to be kept.
export PYTHONDONTWRITEBYTECODE =

# Tests wait for browsers, databases and disks, so more files run at once than there are cores.
AT_ONCE ?= $(shell echo $$(($$(nproc 2>/dev/null || echo 2) + 1)))
PYTEST = .venv/bin/python -m pytest --numprocesses $(AT_ONCE) --dist loadfile

.PHONY: demo test check bench month docs font screens mutants venv
.DEFAULT_GOAL := demo

demo: .venv/installed  # one sale from the till's code to the signed receipt, with all three parties
	@.venv/bin/qrpay demo

test: venv  # everything: behaviour, doctests, lint, types, import contracts, docs
	$(PYTEST)

check: venv  # what a commit must pass, quickest tool first, the whole of it without stopping
	.venv/bin/ruff check && .venv/bin/ruff format --check && .venv/bin/mypy && .venv/bin/lint-imports
	$(PYTEST)

bench: venv  # what the steps of a payment cost on this machine
	.venv/bin/python -m bench.payments

month: venv  # 100,000 events of trade on the virtual clock, settled, reconciled and audited
	.venv/bin/python -m bench.month

docs: venv  # rewrite the parts of docs/reference that are made from tables in the code
	.venv/bin/python docs/generate.py

font: venv  # take the Chinese characters that pages say out of Debian's fonts-noto-cjk
	.venv/bin/python tests/kit/pages/make_font.py

screens: venv  # take the pictures of every page and state again, and write the pages about them
	.venv/bin/python -m tests.browser.gallery

# MUTANTS chooses some, like MUTANTS='ledger.core.books.fees*'; what an earlier run left would be
# taken for this run's, so it goes first.
mutants: venv  # change the money paths line by line and see which change no test notices; slow
	rm -rf mutants
	.venv/bin/python -m pip install --group mutation
	.venv/bin/mutmut run $(MUTANTS); .venv/bin/mutmut results

venv: .venv/equipped  # the environment, made again only when pyproject.toml has changed

.venv/installed: pyproject.toml  # the product alone, so that the demo need not wait for more
	@test -n "$(PYTHON)" || { echo "$(NO_PYTHON)" >&2; exit 1; }
	$(PYTHON) -m venv .venv && .venv/bin/python -m pip install --editable . && touch $@

.venv/equipped: .venv/installed  # and what tests and checks need; groups came with pip 25.1
	.venv/bin/python -m pip install --upgrade 'pip>=25.1'
	.venv/bin/python -m pip install --group test --group lint && touch $@

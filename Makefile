# camket: from submissions to a published review. `make help` lists the targets.
# PACKAGE  descriptor of the data package    make PACKAGE=datapackage.public-record.json
# T, K     dates of the edition              make T=2025-09-30 K=2025-10-10
# PARTIAL  publish what no failed rule touches  make PARTIAL=1
PACKAGE ?= datapackage.json
PYTHON ?= python3
.DEFAULT_GOAL := all
.DELETE_ON_ERROR:
.SUFFIXES:
MAKEFLAGS += --no-builtin-rules --no-print-directory

VENV := .venv
PY := $(VENV)/bin/python
READY := $(VENV)/.ready
NAME := $(if $(filter datapackage.json,$(PACKAGE)),demonstration,$(patsubst datapackage.%.json,%,$(notdir $(PACKAGE))))
B := build/$(NAME)
D := dist/$(NAME)
EDITION := $(if $(T),-T $(T)) $(if $(K),-K $(K))
CAMKET := $(PY) -m camket
OPTIONS := --package $(PACKAGE) $(EDITION)
LANGUAGES := vi en

# What each step reads. A step is run again only when something it reads has changed.
RAW := $(shell find raw/reference $(if $(wildcard raw/$(NAME)),raw/$(NAME)) -name '*.csv' 2>/dev/null)
FLOOR := $(addprefix src/camket/,files.py messages.py package.py)
CONTRACT := $(wildcard src/camket/contract/*.py) $(FLOOR)
MODELS := $(shell find models/staging models/as_of models/intermediate models/marts models/lags models/practice models/checks macros -type f -not -path "macros/indicators/*" 2>/dev/null) dbt_project.yml profiles.yml
CHECKS := $(shell find expectations -type f 2>/dev/null) $(wildcard src/camket/checks/*.py)
FIGURES := $(shell find models/figures macros/indicators -type f) src/camket/figures.py
SNIPPETS := $(wildcard src/camket/report/*.py) $(wildcard reports/*.yml reports/*.css) src/camket/dictionary.py
RENDERER := $(wildcard src/camket/report/embedded/* src/camket/report/quarto.py src/camket/report/templates/*)

.PHONY: all help test intake templates status check validate figures report preview clean distclean demonstrate package quarto FORCE

all: $(D)/SHA256SUMS ## Build the package and publish it to dist/ (the default)
	@echo "Up to date: $(D)/report/review-vi.html and review-en.html (PDF beside them)" >&2

help: ## List these targets
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
	@echo "  Options: PACKAGE=datapackage.public-record.json   T=2025-09-30 K=2025-10-10"

test: $(READY) ## Run every test
	$(PY) -m pytest -n 2

validate: $(B)/contract.ok ## Check the raw files against their schemas
check: $(B)/marts.ok ## Run the data-quality rules and print their results
	$(CAMKET) check $(OPTIONS)
figures: $(B)/figures/digest.txt ## Compute the figures table
report: $(foreach l,$(LANGUAGES),$(B)/report/$(l).ok) ## Render the report without publishing it

preview: $(B)/figures/digest.txt ## Show the report on this machine while it is written: make preview PORT=4849
	$(CAMKET) preview $(OPTIONS) $(if $(PORT),--port $(PORT))

intake: $(READY) ## Take in what agencies sent (inbox/): accept it, or return it with a slip
	$(CAMKET) intake --package $(PACKAGE) $(FILES)
templates: $(READY) ## Write one prefilled workbook an agency: make templates ROUND=2025-Q4
	$(CAMKET) templates $(ROUND) --package $(PACKAGE)
status: $(READY) ## Who has not reported, who was late, what is missing: make status ROUND=2025-Q4
	$(CAMKET) status $(ROUND) --package $(PACKAGE)

demonstrate: $(READY) ## Write raw/demonstration again (the same bytes each time)
	$(CAMKET) demonstrate
package: $(READY) ## Record hash and bytes of raw files in the descriptor, after an intended edit
	$(CAMKET) package --package $(PACKAGE)
quarto: $(READY) ## Install Quarto's own renderer, where its download can be reached
	$(PY) -m pip install '.[quarto]'
clean: ## Remove what was built, keep .venv
	rm -rf build dist
distclean: clean ## Remove .venv too
	rm -rf $(VENV)

$(READY): requirements.lock pyproject.toml
	@echo "Setting up $(VENV) from requirements.lock (a few minutes the first time) …" >&2
	$(PYTHON) -m venv $(VENV)
	$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements.lock
	$(PY) -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

# The dates and renderer of the last build; a change of either rebuilds what depends on it.
$(B)/edition: FORCE
	@mkdir -p $(B)
	@echo '$(PACKAGE) $(EDITION) $(PARTIAL)' | cmp -s - $@ || echo '$(PACKAGE) $(EDITION) $(PARTIAL)' > $@
$(B)/renderer: FORCE
	@mkdir -p $(B)
	@which="$${QUARTO_PATH:-$$(command -v quarto || echo embedded)}"; echo "$$which" | cmp -s - $@ || echo "$$which" > $@

$(B)/contract.ok: $(READY) $(RAW) $(wildcard schemas/*.json) $(wildcard $(PACKAGE)) $(CONTRACT) $(B)/edition
	$(CAMKET) validate $(OPTIONS)
	@touch $@
$(B)/marts.ok: $(B)/contract.ok $(MODELS) src/camket/build.py
	$(CAMKET) build $(OPTIONS)
	@touch $@
$(B)/checks.ok: $(B)/marts.ok $(CHECKS)
	$(CAMKET) check $(OPTIONS) $(if $(PARTIAL),--partial)
	@touch $@
$(B)/figures.ok: $(B)/checks.ok $(FIGURES)
	$(CAMKET) figures $(OPTIONS) $(if $(PARTIAL),--partial)
	@touch $@
# Exported tables keep their time stamp when their content does, so that the report is left alone.
$(B)/figures/digest.txt: $(B)/figures.ok
	@:
$(B)/report/snippets.ok: $(B)/figures/digest.txt $(SNIPPETS) $(wildcard expectations/rules/*) $(B)/renderer
	$(CAMKET) report $(OPTIONS) --snippets --document none
	@touch $@
define DOCUMENT
$(B)/report/$(1).ok: $(B)/report/snippets.ok $$(shell find reports/$(1) -type f 2>/dev/null) $$(RENDERER)
	$$(CAMKET) report $$(OPTIONS) --no-snippets --document $(1)
	@touch $$@
endef
$(foreach l,$(LANGUAGES),$(eval $(call DOCUMENT,$(l))))
$(D)/SHA256SUMS: $(foreach l,$(LANGUAGES),$(B)/report/$(l).ok) $(B)/figures/digest.txt src/camket/release.py src/camket/dictionary.py
	$(CAMKET) release $(OPTIONS)
FORCE:

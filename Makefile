# 责在谁 / WhoAnswers. Needs Python 3.11 or newer, and make. `make` alone lists what there is.

# The first of these that is new enough.
PYTHON ?= $(shell for each in python3 python3.13 python3.12 python3.11; do \
	$$each -c "import sys; sys.exit(sys.version_info < (3, 11))" 2>/dev/null && echo $$each && break; done)
VENV   := .venv
PY     := $(VENV)/bin/python
RUN    := $(VENV)/.ready-to-run
DEV    := $(VENV)/.ready-to-develop
UV     := 0.13.8

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help run reset ocr s3 test lint format messages pins audit bench ocr-figures pictures lighthouse

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: $(RUN) ## the whole site with demo cases on this machine; PORT=8000 moves it, Ctrl-C ends all of it
	@exec $(PY) manage.py demo

reset: ## remove all demo data (var/) after asking; FORCE=1 does not ask
	@if [ "$(FORCE)" != 1 ]; then \
		printf '删除var/里的全部数据（数据库、证据、日志）？ Remove all data in var/? [y/N] '; \
		read -r answer; case "$$answer" in y|Y|yes|是) ;; *) echo '没有删除。 Nothing was removed.'; exit 1;; esac; \
	fi; rm -rf var && echo '已删除。 Removed.'

ocr: $(RUN) ## let the site read the words on screenshots (some 370 MB; OCR=off in the environment turns it off again)
	@$(call install,requirements-ocr.txt)

s3: $(RUN) ## what keeping evidence in S3-compatible storage needs (STORAGE_URL; docs/storage.md)
	@$(call install,requirements-s3.txt)

test: $(DEV) ## every test this machine can run; LANES=sqlite,postgres,redis,browser picks
	@$(PY) -m tests.lanes

bench: $(DEV) ## how fast it is, beside a reference in the same run; PART=decisions picks, BENCH_CASES=1000000 for long
	@$(PY) -m tests.bench $(PART)

ocr-figures: $(DEV) ## how well screenshots are read: twenty drawn ones, into docs/reading-figures.md (needs `make ocr`)
	@$(PY) -m tests.reading

pictures: $(DEV) ## a picture of every page into docs/pictures/, from a demonstration of its own (needs Chromium)
	@$(PY) -m tests.pictures

lighthouse: $(DEV) ## Lighthouse on a phone: landing, form, decision, case; 95 or more in all four categories (needs Chromium)
	@$(PY) -m tests.lighthouse

lint: $(DEV) ## ruff, types, templates, Django's own checks
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/mypy .
	$(VENV)/bin/djlint templates --lint --quiet
	$(PY) manage.py check
	$(PY) manage.py makemigrations --check --dry-run

format: $(DEV) ## put the code in order
	$(VENV)/bin/ruff check --fix .
	$(VENV)/bin/ruff format .

messages: $(DEV) ## collect the texts and compile the translation (needs gettext); both files are committed
	$(PY) manage.py makemessages --locale en --no-obsolete --no-wrap --add-location file \
		--ignore '$(VENV)/*' --ignore 'var/*' --ignore 'tests/*'
	$(PY) manage.py compilemessages --locale en

pins: $(DEV) ## write down the versions of everything that is installed, after a change of requirements
	@{ echo '# Every version, tools included: written by `make pins`, so that an install next year is the same.'; \
		$(VENV)/bin/uv pip freeze --python $(PY) | grep -iv '^\(pip\|setuptools\|uv\)=='; } > .constraints.txt

audit: $(DEV) ## ask whether a dependency has a known weakness; says "not audited" where nobody can be asked
	@$(PY) -m tests.audit

$(RUN): requirements.txt .constraints.txt | $(VENV)
	@echo '正在安装依赖…… Installing the packages…'
	@$(call install,requirements.txt)
	@touch $@

$(DEV): requirements-dev.txt requirements.txt .constraints.txt | $(VENV)
	@echo '正在安装开发工具…… Installing the packages and the tools…'
	@$(call install,requirements-dev.txt)
	@touch $@ $(RUN)

$(VENV):
	@$(or $(PYTHON),false) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo '需要Python 3.11或更新版本。 Python 3.11 or newer is needed: make PYTHON=/path/to/python3.11'; exit 1; }
	@$(PYTHON) -m venv $@ || \
		{ rm -rf $@; echo '缺少venv，请先：apt install python3-venv。 The venv module is missing.'; exit 1; }

# uv takes seconds where pip takes a minute; where it cannot be had, pip does the same work.
define install
if $(PY) -m pip install --quiet --disable-pip-version-check uv==$(UV) 2>/dev/null; \
then $(VENV)/bin/uv pip install --quiet --python $(PY) --requirement $(1); \
else $(PY) -m pip install --quiet --disable-pip-version-check --requirement $(1); fi
endef

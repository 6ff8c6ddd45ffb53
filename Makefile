# Every target stands alone: `make play` or `make test` on a machine with only Python 3.11.
VENV := .venv
PYTHON := $(VENV)/bin/python
STAMP := $(VENV)/.installed

.PHONY: play playthrough test table lint types validate bench lock clean

play: $(STAMP)
	@bash scripts/play.sh $(VENV)/bin

test: $(STAMP)
	@$(PYTHON) scripts/check_gl.py --install || echo "Going on: tests that draw are skipped."
	$(PYTHON) -m pytest -n 2

# All cases in a real window by posted mouse and keyboard events, an implant by a gamepad alone; takes minutes, pictures in build/playthrough.
playthrough: $(STAMP)
	@$(PYTHON) scripts/check_gl.py --install
	@bash scripts/playthrough.sh $(PYTHON)

# Every scripted player, in docs/models/players.md; takes minutes and fails if one row is not as expected.
table: $(STAMP)
	$(VENV)/bin/thecal players --table --markdown docs/models/players.md

lint: $(STAMP)
	$(PYTHON) -m ruff check .

types: $(STAMP)
	$(PYTHON) -m mypy --strict physics scenarios

validate: $(STAMP)
	$(VENV)/bin/thecal validate

bench: $(STAMP)
	$(VENV)/bin/thecal bench

lock: $(STAMP)
	$(PYTHON) scripts/write_lock.py

$(STAMP): pyproject.toml requirements.lock scripts/make_venv.sh
	@bash scripts/make_venv.sh
	@touch $(STAMP)

clean:
	rm -rf $(VENV) build out .pytest_cache .mypy_cache .ruff_cache .hypothesis

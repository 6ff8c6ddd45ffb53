#!/usr/bin/env bash
# Create .venv with Python 3.11 or later and install Thecal with the locked versions.
set -euo pipefail
cd "$(dirname "$0")/.."

is_new_enough() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }

python=""
for name in ${PYTHON:-} python3 python3.13 python3.12 python3.11 python3.14; do
  if command -v "$name" >/dev/null && is_new_enough "$name"; then python="$name"; break; fi
done
if [ -z "$python" ]; then
  echo "Thecal needs Python 3.11 or later. Debian, Ubuntu: sudo apt-get install python3 python3-venv; macOS: brew install python" >&2
  exit 1
fi

if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "Python's venv module is missing; installing python3-venv" >&2
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends python3-venv
  else
    echo "Python's venv module is missing. Debian, Ubuntu: sudo apt-get install python3-venv" >&2
    exit 1
  fi
fi

[ -x .venv/bin/python ] || "$python" -m venv .venv
.venv/bin/python -m pip install --quiet --disable-pip-version-check -c requirements.lock -e ".[test]"

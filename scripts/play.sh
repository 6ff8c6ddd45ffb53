#!/usr/bin/env bash
# Open the window; where there is no display, let the attending operate and say where the result lies.
set -euo pipefail
cd "$(dirname "$0")/.."
thecal="${1:?usage: play.sh PATH_TO_THECAL}"
if [ "$(uname -s)" = Darwin ] || [ -n "${DISPLAY:-}" ] || [ -n "${WAYLAND_DISPLAY:-}" ]; then
  exec "$thecal"
fi
echo "No display found: the attending operates without a window."
exec "$thecal" demo implant_adult_t10 --player attending --out out/

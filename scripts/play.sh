#!/usr/bin/env bash
# Open the window; where there is no display, let the attending operate and say where the result lies.
set -euo pipefail
cd "$(dirname "$0")/.."
programs="${1:?usage: play.sh FOLDER_OF_PYTHON_AND_THECAL}"
has_gl=yes
"$programs/python" scripts/check_gl.py --install || has_gl=no
if [ "$(uname -s)" = Darwin ] || [ -n "${DISPLAY:-}" ] || [ -n "${WAYLAND_DISPLAY:-}" ]; then
  [ "$has_gl" = yes ] || exit 1
  exec "$programs/thecal"
fi
echo "No display found: the attending operates without a window."
[ "$has_gl" = yes ] || echo "Going on without pictures."
exec "$programs/thecal" demo implant_adult_t10 --player attending --out out/

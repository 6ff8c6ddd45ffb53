#!/usr/bin/env bash
# Play the cases in a real window; without a display one is made with Xvfb, without Xvfb it is drawn off screen.
set -euo pipefail
python="$1"
shift
export SDL_AUDIODRIVER="${SDL_AUDIODRIVER:-dummy}"
if [ -z "${DISPLAY:-}" ] && [ -z "${WAYLAND_DISPLAY:-}" ] && [ "$(uname)" = Linux ]; then
  if command -v Xvfb >/dev/null; then
    Xvfb :87 -screen 0 1600x900x24 >/dev/null 2>&1 &
    server=$!
    trap 'kill "$server"' EXIT
    export DISPLAY=:87
    sleep 1
  else
    export SDL_VIDEODRIVER=offscreen
  fi
fi
"$python" tests/playthrough/play_window.py --out build/playthrough "$@"
if [ $# -eq 0 ]; then  # and the whole implant once more by an emulated gamepad alone
  "$python" tests/playthrough/play_window.py --out build/playthrough --device pad implant_adult_t10
fi

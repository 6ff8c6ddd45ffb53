"""Say whether OpenGL works here; with --install, put Mesa in where that is possible."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

PACKAGES = ("libegl1", "libgl1", "libgl1-mesa-dri")
PROBE = """
import moderngl
context = moderngl.create_context(standalone=True, backend="egl")
if context.version_code < 330:
    raise SystemExit(f"OpenGL {context.version_code / 100}; 3.3 is needed")
"""


def fault() -> str:
    """Return why no picture can be drawn on this machine, or an empty text."""
    if sys.platform in ("darwin", "win32"):
        return ""  # part of the system
    # A process of its own: a library that once failed to load stays failed.
    done = subprocess.run([sys.executable, "-c", PROBE], capture_output=True, text=True, check=False)
    if done.returncode == 0:
        return ""
    return (done.stderr.strip().splitlines() or ["no driver answers"])[-1]


def install() -> None:
    """Install Mesa with apt-get (root on Debian or Ubuntu only)."""
    environment = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
    subprocess.run(["apt-get", "update", "-qq"], env=environment, check=False)
    command = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *PACKAGES]
    subprocess.run(command, env=environment, check=False)


def main() -> int:
    """Return 0 when OpenGL works, 1 with the cure in words when not."""
    reason = fault()
    can_install = hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("apt-get")
    if reason and "--install" in sys.argv and can_install:
        print("OpenGL does not work; installing " + " ".join(PACKAGES), file=sys.stderr)
        install()
        reason = fault()
    if not reason:
        return 0
    print(f"OpenGL does not work here ({reason}). The cure:", file=sys.stderr)
    print("  Debian, Ubuntu: sudo apt-get install " + " ".join(PACKAGES), file=sys.stderr)
    print("  Fedora:         sudo dnf install mesa-libEGL mesa-libGL mesa-dri-drivers", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())

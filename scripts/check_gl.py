"""Say whether the system's GL library can be loaded; with --install, put it in where that is possible."""

from __future__ import annotations

import ctypes
import ctypes.util
import os
import shutil
import subprocess
import sys

PACKAGES = ("libegl1", "libgl1", "libgl1-mesa-dri")


def has_gl() -> bool:
    """Return whether an OpenGL library and, off macOS and Windows, EGL can be loaded."""
    if sys.platform in ("darwin", "win32"):
        return True  # part of the system
    for name in ("libGL.so.1", "libEGL.so.1"):
        try:
            ctypes.CDLL(name)
        except OSError:
            return False
    return True


def install() -> None:
    """Install Mesa with apt-get (root on Debian or Ubuntu only)."""
    environment = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
    subprocess.run(["apt-get", "update", "-qq"], env=environment, check=False)
    command = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *PACKAGES]
    subprocess.run(command, env=environment, check=False)


def main() -> int:
    """Return 0 when GL is there, 1 with the cure in words when not."""
    if has_gl():
        return 0
    can_install = hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("apt-get")
    if "--install" in sys.argv and can_install:
        print("OpenGL is missing; installing " + " ".join(PACKAGES), file=sys.stderr)
        install()
        if has_gl():
            return 0
    print("OpenGL is missing. Install it, then run make again:", file=sys.stderr)
    print("  Debian, Ubuntu: sudo apt-get install " + " ".join(PACKAGES), file=sys.stderr)
    print("  Fedora:         sudo dnf install mesa-libEGL mesa-libGL mesa-dri-drivers", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())

"""Where `san` runs: the image's interpreters, its sanitizer, its passport."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import cast

from san.errors import CannotRunError

PASSPORT = Path("/etc/pysan/passport.json")
PLAIN = Path("/opt/build-python/bin/python")


def read_passport() -> dict[str, object]:
    """What went into the image; empty outside of one."""
    try:
        passport: object = json.loads(PASSPORT.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return cast("dict[str, object]", passport) if isinstance(passport, dict) else {}


def instrumented_python() -> str:
    """The path of `python`, the interpreter whose runs count."""
    found = shutil.which("python")
    if found is None:
        raise CannotRunError("there is no `python` on PATH. Run san in one of the images, or put an interpreter there.")
    return found


def site_folders() -> list[Path]:
    """The site-packages folders of `python`: an environment's own before those of the interpreter below it."""
    python = Path(instrumented_python())
    prefixes = dict.fromkeys((python.parent.parent, python.resolve().parent.parent))
    return [folder for prefix in prefixes for folder in sorted(prefix.glob("lib/python*/site-packages"))]


def cpu_count() -> int:
    """Processors that this process may use."""
    return len(os.sched_getaffinity(0))

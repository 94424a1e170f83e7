"""Asks the instrumented interpreter about itself, in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
from dataclasses import dataclass, field
from typing import cast

from san.place import instrumented_python

SECONDS_MAX = 120

# Runs in the other interpreter: it prints facts, and decides nothing.
PROGRAM = """
import importlib, importlib.metadata, json, sys, sysconfig, ctypes, os
names = json.loads(sys.argv[1])
exe = ctypes.CDLL(None)
kinds = {"thread": "__tsan_init", "address": "__asan_init"}
modules, errors = [], []
for name in names:
    found = importlib.metadata.packages_distributions()
    normal = name.lower().replace("_", "-")
    tops = [top for top, dists in found.items() if normal in [it.lower().replace("_", "-") for it in dists]]
    for top in tops:
        try:
            importlib.import_module(top)
        except Exception as error:
            errors.append(f"import {top}: {type(error).__name__}: {error}")
loaded = [(name, module.__file__) for name, module in list(sys.modules.items())
          if str(getattr(module, "__file__", "")).endswith(".so")]
files = {}
for name in names:
    try:
        distribution = importlib.metadata.distribution(name)
    except importlib.metadata.PackageNotFoundError:
        continue
    files[name] = [str(distribution.locate_file(it)) for it in distribution.files or [] if ".so" in it.name]
plugins = [it.value for it in importlib.metadata.entry_points(group="pytest11")]
with open("/proc/self/maps") as maps:
    mapped = sorted({line.split(maxsplit=5)[5].strip() for line in maps if "r-xp" in line and "/" in line})
print(json.dumps({
    "version": sys.version.split()[0],
    "executable": sys.executable,
    "sanitizer": next((kind for kind, symbol in kinds.items() if hasattr(exe, symbol)), None),
    "free_threaded": bool(sysconfig.get_config_var("Py_GIL_DISABLED")),
    "gil": getattr(sys, "_is_gil_enabled", lambda: True)(),
    "loaded": loaded, "files": files, "plugins": plugins, "mapped": mapped, "errors": errors,
}))
"""


@dataclass(slots=True)
class Facts:
    """What the interpreter says."""

    version: str = ""
    executable: str = ""
    #: `thread`, `address`, or None for an interpreter without a runtime.
    sanitizer: str | None = None
    free_threaded: bool = False
    gil: bool = True
    #: Extension modules by name, with their files, after the packages were imported.
    loaded: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    #: The libraries of each package that was asked about, by its RECORD.
    files: dict[str, list[str]] = field(default_factory=dict[str, list[str]])
    #: Modules of pytest plugins that are installed.
    plugins: list[str] = field(default_factory=list[str])
    #: Files of which code is mapped.
    mapped: list[str] = field(default_factory=list[str])
    #: Imports that failed.
    errors: list[str] = field(default_factory=list[str])


@dataclass(slots=True)
class Answer:
    """The facts, or how the interpreter failed to start."""

    facts: Facts | None
    status: int
    stderr: str


def probe(packages: list[str], environment: dict[str, str] | None = None) -> Answer:
    """Starts the interpreter, imports the packages and returns what it says."""
    command = [instrumented_python(), "-c", PROGRAM, json.dumps(packages)]
    env = os.environ | (environment or {})
    try:
        done = subprocess.run(command, env=env, capture_output=True, timeout=SECONDS_MAX, check=False)
    except subprocess.TimeoutExpired:
        return Answer(None, -1, f"no answer within {SECONDS_MAX} s")
    stderr = done.stderr.decode(errors="replace")
    lines = done.stdout.decode(errors="replace").splitlines()
    try:
        values: object = json.loads(lines[-1]) if lines else None
    except ValueError:
        values = None
    if not isinstance(values, dict):
        return Answer(None, done.returncode, stderr)
    return Answer(Facts(**cast("dict[str, object]", values)), done.returncode, stderr)  # type: ignore[arg-type]

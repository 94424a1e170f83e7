"""The folder of one run, and the environment that makes a sanitizer write there."""

from __future__ import annotations

import os
import time
from pathlib import Path

from san.commands.suppressions import read_entries
from san.config import Config
from san.errors import CannotRunError
from san.options import format_options, parse_options
from san.suppressions import TYPES, format_suppressions

#: The variables that the runtimes read; UndefinedBehaviorSanitizer's part of AddressSanitizer's runtime has its own.
VARIABLES = ("TSAN_OPTIONS", "ASAN_OPTIONS", "UBSAN_OPTIONS")
#: Which variable names the file of suppressions for which of their types.
SUPPRESSIONS = {
    "TSAN_OPTIONS": TYPES["thread"].__contains__,
    "ASAN_OPTIONS": TYPES["address"].__contains__,
    "LSAN_OPTIONS": TYPES["leak"].__contains__,
    "UBSAN_OPTIONS": TYPES["undefined"].__contains__,
}

#: What has each process with a runtime write to its log when it ends, where nothing else says that there was one. The
#: reader passes over it. (`verbosity=1` does it as well, but writes to stderr, too.)
TRACES = {"TSAN_OPTIONS": {"print_module_map": "1"}, "ASAN_OPTIONS": {"atexit": "1"}}


def make_run(parent: Path) -> Path:
    """Makes `.san/<time>-<pid>` in a folder, out of git's sight, and returns its absolute path."""
    kept = parent.resolve() / ".san"
    run = kept / f"{time.strftime('%Y%m%d-%H%M%S')}-{os.getpid()}"
    try:
        run.mkdir(parents=True)
        (kept / ".gitignore").write_text("*\n", encoding="utf-8")
    except OSError as error:
        raise CannotRunError(f"{kept} cannot be written: {error.strerror}. Findings have to go somewhere.") from error
    return run


def environment_of(run: Path, config: Config, *, every_test: bool = False, traces: bool = False) -> dict[str, str]:
    """The environment of a run: reports go to files, and the runtimes' exit codes decide nothing."""
    environment = dict(os.environ)
    environment["PYSAN_RUN"] = str(run)
    added = {"exitcode": "0", "log_path": str(run / "0-run")}
    if every_test:
        added |= {"suppress_equal_stacks": "0", "suppress_equal_addresses": "0"}
    for name in VARIABLES:
        options = absolute(parse_options(environment.get(name, ""))) | added | (TRACES.get(name, {}) if traces else {})
        environment[name] = format_options(options)
    if config.suppressions:
        join_suppressions(environment, config.suppressions, run)
    return environment


def absolute(options: dict[str, str]) -> dict[str, str]:
    """Options whose file of suppressions is found from every folder: the runtime ends a process that lacks it."""
    if "suppressions" in options:
        return options | {"suppressions": str(Path(options["suppressions"]).absolute())}
    return options


def join_suppressions(environment: dict[str, str], files: list[Path], run: Path) -> None:
    """Writes several files of suppressions, the user's own included, into the one that each runtime takes."""
    for name, is_taken in SUPPRESSIONS.items():
        options = absolute(parse_options(environment.get(name, "")))
        own = [Path(options["suppressions"])] if "suppressions" in options else []
        entries = [it for it in read_entries([*own, *files], None) if is_taken(it.type)]
        target = run / f"{name.partition('_')[0].lower()}.supp"
        target.write_text(format_suppressions(entries), encoding="utf-8")
        environment[name] = format_options(options | {"suppressions": str(target)})

"""The folder of one run, and the environment that makes a sanitizer write there."""

from __future__ import annotations

import os
import time
from pathlib import Path

from san.config import Config
from san.errors import CannotRunError
from san.options import format_options, parse_options

#: The variables that the runtimes read; UndefinedBehaviorSanitizer's part of AddressSanitizer's runtime has its own.
VARIABLES = ("TSAN_OPTIONS", "ASAN_OPTIONS", "UBSAN_OPTIONS")
#: Which variable takes suppressions, and which of their kinds.
SUPPRESSIONS = ("TSAN_OPTIONS", "LSAN_OPTIONS")


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


def environment_of(run: Path, config: Config, *, every_test: bool = False) -> dict[str, str]:
    """The environment of a run: reports go to files, and the runtimes' exit codes decide nothing."""
    environment = dict(os.environ)
    environment["PYSAN_RUN"] = str(run)
    added = {"exitcode": "0", "log_path": str(run / "0-run")}
    if every_test:
        added |= {"suppress_equal_stacks": "0", "suppress_equal_addresses": "0"}
    for name in VARIABLES:
        options = absolute(parse_options(environment.get(name, ""))) | added
        environment[name] = format_options(options)
    if config.suppressions:
        join_suppressions(environment, config.suppressions, run / "suppressions.supp")
    return environment


def absolute(options: dict[str, str]) -> dict[str, str]:
    """Options whose file of suppressions is found from every folder: the runtime ends a process that lacks it."""
    if "suppressions" in options:
        return options | {"suppressions": str(Path(options["suppressions"]).absolute())}
    return options


def join_suppressions(environment: dict[str, str], files: list[Path], joined: Path) -> None:
    """Writes several files of suppressions, the user's own included, into the one that a runtime can take."""
    for name in SUPPRESSIONS:
        options = absolute(parse_options(environment.get(name, "")))
        own = [Path(options["suppressions"])] if "suppressions" in options else []
        kinds = (
            ("leak:",)
            if name == "LSAN_OPTIONS"
            else ("race:", "race_top:", "thread:", "mutex:", "signal:", "deadlock:", "called_from_lib:")
        )
        lines = [line for file in [*own, *files] for line in file.read_text(encoding="utf-8").splitlines()]
        target = joined.with_name(f"{name.split('_')[0].lower()}-{joined.name}")
        target.write_text("".join(f"{it}\n" for it in lines if it.startswith(kinds)), encoding="utf-8")
        environment[name] = format_options(options | {"suppressions": str(target)})

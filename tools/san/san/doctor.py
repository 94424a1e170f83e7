"""Looks for what would let a run end green with nothing found: each with its remedy."""

from __future__ import annotations

import ctypes
import os
import re
import resource
import shlex
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from san.config import Config
from san.elf import read_library
from san.llvm import clang_major, rust_major, symbolizer_major
from san.options import parse_options
from san.place import cpu_count
from san.probe import Answer, Facts, probe

PLUGIN = "pysan_pytest"
VARIABLES = ("TSAN_OPTIONS", "ASAN_OPTIONS", "UBSAN_OPTIONS")
ADDR_NO_RANDOMIZE = 0x0040000
MMAP_RND_BITS_MAX = 30


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that hides findings."""

    #: A word for machines: `aslr`, `gil`, …
    name: str
    #: What is wrong, and what it does.
    text: str
    remedy: str


@dataclass(slots=True)
class Examination:
    """What the checks look at."""

    config: Config
    #: pytest's arguments, where pytest is to run.
    pytest: list[str] | None = None
    parallel: int = 0
    environment: dict[str, str] = field(default_factory=lambda: dict(os.environ))
    answer: Answer = field(default_factory=lambda: Answer(None, 0, ""))

    @property
    def facts(self) -> Facts:
        """What the interpreter said of itself."""
        return self.answer.facts or Facts()

    @property
    def llvm(self) -> int | None:
        """The major version of the LLVM that the interpreter, and so its runtime, is of."""
        library = read_library(Path(self.facts.executable))
        return clang_major(library.compilers) if library is not None else None


Check = Callable[[Examination], Iterator[Problem]]


def examine(examination: Examination) -> list[Problem]:
    """All problems; where the interpreter does not start, only why."""
    before = [problem for check in BEFORE_START for problem in check(examination)]
    if before:
        return before
    config = examination.config
    examination.answer = probe([config.package] if config.package else [], without_user_logs(examination.environment))
    if examination.answer.facts is None:
        return [*start_problems(examination)]
    return [problem for check in AFTER_START for problem in check(examination)]


def without_user_logs(environment: dict[str, str]) -> dict[str, str]:
    """The probe's reports are to be seen here."""
    return {name: f"{environment.get(name, '')}:log_path=stderr".removeprefix(":") for name in VARIABLES}


def check_address_space(_: Examination) -> Iterator[Problem]:
    """ThreadSanitizer needs a layout that strong randomisation breaks, and switches it off if it may."""
    try:
        bits = int(Path("/proc/sys/vm/mmap_rnd_bits").read_text(encoding="ascii"))
    except (OSError, ValueError):
        return
    if bits > MMAP_RND_BITS_MAX and not may_switch_off_randomisation():
        yield Problem(
            "aslr",
            f"vm.mmap_rnd_bits is {bits} and this container may not switch address randomisation off: "
            "ThreadSanitizer starts only sometimes",
            "on the host: sysctl vm.mmap_rnd_bits=28; or run the container by `pysan run`, which allows that call",
        )


def may_switch_off_randomisation() -> bool:
    """Whether the system call that the runtime makes is allowed. Asked in a fork: it changes the process."""
    pid = os.fork()
    if pid == 0:
        os._exit(0 if ctypes.CDLL(None).personality(ADDR_NO_RANDOMIZE) != -1 else 1)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0


def check_limit(_: Examination) -> Iterator[Problem]:
    """The shadow takes terabytes of addresses."""
    soft, _hard = resource.getrlimit(resource.RLIMIT_AS)
    if soft != resource.RLIM_INFINITY:
        yield Problem(
            "rlimit-as",
            f"the address space is limited to {soft >> 20} MiB (RLIMIT_AS); a sanitizer reserves terabytes",
            "ulimit -v unlimited; a limit of the container's memory (--memory) does no harm",
        )


def check_options(examination: Examination) -> Iterator[Problem]:
    """Options of the user that hide reports."""
    for name in (*VARIABLES, "LSAN_OPTIONS"):
        options = parse_options(examination.environment.get(name, ""))
        if options.get("report_bugs") in ("0", "false", "no"):
            yield Problem("report-bugs", f"{name} has report_bugs=0: nothing is reported", "leave it out")
        if options.get("exitcode") == "0":
            yield Problem("exitcode", f"{name} has exitcode=0: without san a finding would end with 0", "leave it out")
        if "log_path" in options:
            yield Problem("log-path", f"{name} has log_path: san could not see the reports there", "leave it out")
        if "suppressions" in options:
            yield from suppression_problems(name, options["suppressions"])


def suppression_problems(variable: str, path: str) -> Iterator[Problem]:
    """A file of suppressions that some process cannot read ends that process before main."""
    if not os.access(path, os.R_OK):
        yield Problem(
            "suppressions", f"{variable}: {path} cannot be read", "name a file that exists, by an absolute path"
        )
    elif not Path(path).is_absolute():
        yield Problem(
            "suppressions",
            f"{variable}: {path} counts from each process's folder, and a process in another does not start",
            f"{variable}=suppressions={shlex.quote(str(Path(path).absolute()))}, or suppressions in [tool.san]",
        )


def check_files(examination: Examination) -> Iterator[Problem]:
    """Suppressions that pyproject.toml names."""
    for file in examination.config.suppressions:
        if not os.access(file, os.R_OK):
            yield Problem("suppressions", f"[tool.san] suppressions: {file} cannot be read", "mend the path")


def check_pytest(examination: Examination) -> Iterator[Problem]:
    """Arguments of pytest with which reports are lost."""
    if examination.pytest is None:
        return
    words = [*shlex.split(examination.environment.get("PYTEST_ADDOPTS", "")), *examination.pytest]
    if "PYTEST_DISABLE_PLUGIN_AUTOLOAD" in examination.environment:
        yield Problem("plugin", "PYTEST_DISABLE_PLUGIN_AUTOLOAD keeps this image's plugin out", "unset it")
    if {"no:pysan", "-pno:pysan"} & set(words):
        yield Problem("plugin", "-p no:pysan keeps this image's plugin out", "leave it out")
    if any(re.fullmatch(r"-n(?!0$).*|--numprocesses(=(?!0$).*)?|--dist(=.*)?|--tx(=.*)?", word) for word in words):
        yield Problem(
            "xdist",
            "pytest-xdist is asked for: a worker that the sanitizer ends is replaced, and its report is lost",
            "leave -n out; san starts again behind a test that ends the process",
        )


def check_processors(examination: Examination) -> Iterator[Problem]:
    """On one processor threads take turns."""
    if examination.parallel and cpu_count() < 2:
        yield Problem(
            "processors", "--parallel on one processor: calls hardly ever overlap", "give the container two (--cpus)"
        )


def start_problems(examination: Examination) -> Iterator[Problem]:
    """Why the interpreter does not start."""
    answer = examination.answer
    words = " ".join(line.strip() for line in answer.stderr.splitlines()[-3:])
    text = f"python does not start (exit {answer.status}): {words}"
    if "unexpected memory mapping" in answer.stderr or "FATAL: ThreadSanitizer" in answer.stderr:
        yield Problem("aslr", text, "on the host: sysctl vm.mmap_rnd_bits=28")
    else:
        yield Problem("start", text, "run `python -c pass` by hand")


def check_runtime(examination: Examination) -> Iterator[Problem]:
    """One runtime, no more and no less."""
    facts = examination.facts
    if facts.sanitizer is None:
        yield Problem(
            "interpreter",
            f"{facts.executable} has no sanitizer in it: nothing can be found",
            "use the image's `python`; an environment is made by `uv venv --python python`",
        )
    for path in facts.mapped:
        library = read_library(Path(path)) if path != facts.executable and ".so" in path else None
        if library is not None and library.runtime():
            yield Problem(
                "second-runtime", f"{path} brings a second sanitizer's runtime", "leave LD_PRELOAD and -static out"
            )


def check_symbolizer(examination: Examination) -> Iterator[Problem]:
    """Without it a report has no function and no line, and no suppression by function matches."""
    baked = Path("/usr/local/bin/llvm-symbolizer")
    if examination.facts.sanitizer and Path("/etc/pysan").is_dir() and not os.access(baked, os.X_OK):
        yield Problem("symbolizer", f"{baked} is missing: reports have no names", "use the image as it was published")
    for name in VARIABLES:
        options = parse_options(examination.environment.get(name, ""))
        if options.get("symbolize") in ("0", "false", "no"):
            yield Problem("symbolizer", f"{name} has symbolize=0: no suppression by function matches", "leave it out")
        if "external_symbolizer_path" in options:
            yield from symbolizer_problems(examination, name, options["external_symbolizer_path"])


def symbolizer_problems(examination: Examination, variable: str, path: str) -> Iterator[Problem]:
    """A symbolizer of the user's that does not run, or that may not understand the lines of another LLVM."""
    if not os.access(path, os.X_OK):
        yield Problem("symbolizer", f"{variable}: external_symbolizer_path={path} cannot be run", "leave it out")
        return
    own, runtime = symbolizer_major(path), examination.llvm
    if own is not None and runtime is not None and own != runtime:
        yield Problem(
            "symbolizer",
            f"{variable}: external_symbolizer_path={path} is of LLVM {own}, the runtime of LLVM {runtime}: "
            "functions and lines may be missing or wrong",
            "leave it out",
        )


def check_gil(examination: Examination) -> Iterator[Problem]:
    """One module without `Py_mod_gil` switches the GIL on for the whole process."""
    facts = examination.facts
    if not facts.free_threaded or not facts.gil:
        return
    if examination.environment.get("PYTHON_GIL") == "1":
        yield Problem("gil", "PYTHON_GIL=1 switches the GIL on: threads take turns", "unset it")
        return
    named = re.findall(r"to load module '([^']+)'", examination.answer.stderr)
    yield Problem(
        "gil",
        f"importing {examination.config.package} switches the GIL on, by {', '.join(named) or 'one of its modules'}: "
        "threads take turns, and races are hidden",
        "declare Py_MOD_GIL_NOT_USED in that module, or set PYTHON_GIL=0",
    )


def check_instrumented(examination: Examination) -> Iterator[Problem]:
    """A library of the package under test that the compiler did not instrument is not looked at."""
    facts = examination.facts
    if facts.sanitizer is None:
        return
    for path in facts.files.get(examination.config.package or "", []):
        library = read_library(Path(path))
        if library is not None and not library.instrumented(facts.sanitizer):
            yield Problem(
                "not-instrumented", f"{path} is not instrumented: nothing in it is seen", "san build . (or DIR)"
            )


def check_rust(examination: Examination) -> Iterator[Problem]:
    """Code that rustc instrumented calls the runtime as its own LLVM does; the runtime has to be of that LLVM."""
    runtime = examination.llvm
    for path in examination.facts.files.get(examination.config.package or "", []):
        library = read_library(Path(path))
        own = rust_major(library.compilers) if library is not None else None
        if own is not None and runtime is not None and own != runtime:
            yield Problem(
                "rust",
                f"{path} was compiled by a rustc of LLVM {own}, the runtime is of LLVM {runtime}: "
                "races may be missed or invented",
                f"build it with a rustc of LLVM {runtime} (`rustc -vV` says which it has)",
            )


def check_plugin(examination: Examination) -> Iterator[Problem]:
    """Pytest has to find the plugin."""
    if examination.pytest is not None and PLUGIN not in examination.facts.plugins:
        yield Problem(
            "plugin",
            f"the pytest of {examination.facts.executable} does not find this image's plugin",
            "use the image's `python`, or an environment made with --system-site-packages",
        )


BEFORE_START: tuple[Check, ...] = (
    check_address_space,
    check_limit,
    check_options,
    check_files,
    check_pytest,
    check_processors,
)
AFTER_START: tuple[Check, ...] = (
    check_runtime,
    check_symbolizer,
    check_gil,
    check_instrumented,
    check_rust,
    check_plugin,
)

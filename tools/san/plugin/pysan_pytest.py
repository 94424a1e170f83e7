"""pytest's part of `san`: files each report of the sanitizer under the test that made it.

Active by an entry point wherever the image's pytest runs. It imports no module that Python and pytest do not hold
anyway, and runs nothing while the runtime reports: it only tells the runtime beforehand where to write.

Below the run's folder (`.san/<run>/`, absolute, so that nothing is lost when a test changes directory):

- `<test number>-<phase>.<pid>`: what the runtime wrote meanwhile, of this process or a child. Number 0 is the session.
- `journal.jsonl`: which test started and ended when. Its `finish` line says that pytest came to its end.

`san pytest` and `san run` hand the folder over in PYSAN_RUN and judge what lies there. Without them this file does it:
the tests run in a fork, the waiting process shows what a process that was ended could not show itself, and a finding
that counts fails its test.
"""

from __future__ import annotations

import ctypes
import os
import sys
import threading
import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Generator
    from typing import Any

    import pytest
else:
    pytest = sys.modules["pytest"]  # It loads this file.

SAN = ("/opt/build-python/bin/python", "-I", "/opt/pysan/san.pyz")
OPTIONS = ("TSAN_OPTIONS", "ASAN_OPTIONS", "UBSAN_OPTIONS")
HEADERS = ("ThreadSanitizer:", "AddressSanitizer:", "LeakSanitizer:", ": runtime error: ")
SESSION_SIZE = 1_000_000  # Test numbers of one pytest process; those of the run's second process begin here.
MADE_MAX = 200  # Threads of one test that the journal names.
SHOWN_MAX = 1 << 20  # Characters of one log that are shown.
FRAMES_MAX = 20  # Frames of one stack that are shown.
SHARE = 2.2  # What `--repeat auto` may take, in times of the suite itself, with pytest's own start.
FOUND_EVERY = 4  # Rounds in which tests with a report are repeated: each so many.
BEGIN = time.monotonic()
LEAD = 0.002  # Seconds from the barrier to the common start,
JITTER = 0.0002  # and the most that each thread adds.
PR_SET_PDEATHSIG, SIGTERM = 1, 15
XDIST = (
    "with pytest-xdist a worker that the sanitizer ends is replaced, and its report is lost. "
    "Leave -n out: a run goes on behind a test that ends the process"
)


def quote(text: str) -> str:
    """A JSON string."""
    return (
        '"' + "".join(f"\\u{ord(it):04x}" if it < " " or it in '"\\' or is_surrogate(it) else it for it in text) + '"'
    )


def is_surrogate(character: str) -> bool:
    """Whether a character stands for a byte that no encoding knows."""
    return "\ud800" <= character <= "\udfff"


class Journal:
    """Lines of JSON, each appended by one write. A test may close every descriptor, so none is kept open."""

    def __init__(self, run: str) -> None:
        self.path = os.path.join(run, "journal.jsonl")
        self.pid = os.getpid()

    def write(self, event: str, **fields: object) -> None:
        """Appends one line, unless this is a fork of the process whose journal it is."""
        if os.getpid() != self.pid:
            return
        shown = {"pid": self.pid, "at": round(time.time(), 6), **fields}
        parts = [f'"{name}": {quote(it) if isinstance(it, str) else it}' for name, it in shown.items()]
        try:
            file = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o666)
        except OSError:
            return  # The folder was deleted: a journal without its last line tells.
        try:
            os.write(file, f'{{"event": "{event}", {", ".join(parts)}}}\n'.encode())
        finally:
            os.close(file)


class Runtime:
    """Where the runtime writes: this process by a call, those that it starts by their environment."""

    def __init__(self, run: str) -> None:
        self.run = run
        self.addition = ""
        self.used: set[str] = set()
        library = ctypes.CDLL(None)
        self.set_report_path: Callable[[bytes], None] | None = getattr(library, "__sanitizer_set_report_path", None)

    def aim(self, number: int, phase: str) -> None:
        """Has this process write to `<number>-<phase>.<pid>`."""
        path = self.unused(number, phase)
        if self.set_report_path is not None:
            self.set_report_path(path.encode())

    def aim_children(self, number: int) -> None:
        """Has processes that are started from now on write to `<number>-child.<pid>`."""
        path = self.unused(number, "child")
        mark = '"' if "'" in path else "'"
        addition = f"log_path={mark}{path}{mark}"
        for name in OPTIONS:
            users = os.environ.get(name, "").removesuffix(self.addition).removesuffix(":")
            os.environ[name] = f"{users}:{addition}" if users else addition
        self.addition = addition

    def unused(self, number: int, phase: str) -> str:
        """A path that was not used before: the runtime truncates what it opens again."""
        stem = path = os.path.join(self.run, f"{number}-{phase}")
        count = 1
        while path in self.used:
            count += 1
            path = f"{stem}-{count}"
        self.used.add(path)
        return path


class Recorder:
    """Follows the tests of one pytest process."""

    def __init__(self, run: str) -> None:
        self.run = run
        self.first = self.number = self.current = claim_session(run) * SESSION_SIZE
        self.numbers: dict[str, int] = {}
        self.round = 1
        self.outcome = "passed"
        self.peak = 1
        self.made: list[int] = []
        self.exit_status = -1
        self.journal = Journal(run)
        self.runtime = Runtime(run)
        self.tasks = count_tasks()
        self.repeat = Repeat(os.environ.get("PYSAN_REPEAT", ""))
        os.environ["PYSAN_TEST"] = "0"
        self.runtime.aim(self.first, "start")
        self.runtime.aim_children(self.first)
        self.journal.write("start", first=self.first)
        self.watch_threads()

    def watch_threads(self) -> None:
        """Notes each thread of Python. Without a lock: that would order threads which race."""
        start = threading.Thread.start

        def start_noted(thread: threading.Thread) -> None:
            start(thread)
            self.peak = max(self.peak, count_threads())
            self.made.append(thread.native_id or 0)

        threading.Thread.start = start_noted  # type: ignore[method-assign]

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, config: pytest.Config, items: list[pytest.Item]) -> None:
        """Leaves out what an earlier process did, and what was not asked for."""
        done, only = read_lines("PYSAN_DONE"), read_lines("PYSAN_ONLY")
        kept: list[pytest.Item] = []
        left_out: list[pytest.Item] = []
        for item in items:
            was_done = done.get(item.nodeid, 0) > 0
            done[item.nodeid] = done.get(item.nodeid, 0) - 1
            elsewhere = "PYSAN_ONLY" in os.environ and item.nodeid not in only
            (left_out if was_done or elsewhere else kept).append(item)
        if left_out:
            config.hook.pytest_deselected(items=left_out)
            items[:] = kept
        self.journal.write("collected", count=len(items), maxfail=config.getoption("maxfail", 0) or 0)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, object, object]:
        """Tells the journal of each test."""
        self.begin(item)
        try:
            return (yield)
        finally:
            self.end(item)

    def begin(self, item: pytest.Item) -> None:
        """Gives a test its number, or the one that it had, when it is repeated."""
        if self.round == 1:
            self.number += 1
            self.numbers[item.nodeid] = self.number
        self.current = self.numbers[item.nodeid]
        self.outcome, self.peak, self.made, self.tasks = "passed", count_threads(), [], count_tasks()
        os.environ["PYSAN_TEST"] = str(self.current)
        self.runtime.aim_children(self.current)
        self.journal.write("test", number=self.current, round=self.round, id=item.nodeid)

    def end(self, item: pytest.Item) -> None:
        """Tells how a test ended, how many threads it had at once, and the first that it made."""
        peak = max(self.peak, count_tasks() - self.tasks + 1)
        told = {"number": self.current, "round": self.round, "outcome": self.outcome}
        self.journal.write("end", **told, threads=peak, made=self.made[:MADE_MAX])
        if peak > 1 and self.round == 1:
            self.repeat.items.append(item)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self) -> None:
        """Files what comes during the test's setup."""
        self.runtime.aim(self.current, "setup")

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_call(self) -> None:
        """Files what comes during the test itself."""
        self.runtime.aim(self.current, "call")

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_teardown(self) -> None:
        """Files what comes during the test's teardown, and until the next test."""
        self.runtime.aim(self.current, "teardown")

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> Generator[None, object, object]:
        """Keeps the test's outcome."""
        self.keep(report)
        return (yield)

    def keep(self, report: pytest.TestReport) -> None:
        """Keeps an outcome, and reports of children whose environment did not say where to write."""
        if report.failed or (report.skipped and self.outcome == "passed"):
            self.outcome = report.outcome
        text = "".join(text for title, text in report.sections if title == f"Captured stderr {report.when}")
        if any(header in text for header in HEADERS):
            write_file(f"{self.runtime.unused(self.current, 'captured')}.{self.journal.pid}", text)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> Generator[None, object, object]:
        """Repeats the tests that had threads, when asked to."""
        result = yield
        if not (session.shouldstop or session.shouldfail):
            for number in self.repeat.rounds(time.monotonic() - BEGIN):
                self.round = number
                self.run_round()
        return result

    def run_round(self) -> None:
        """Runs the tests once more. Pytest does not count their outcomes: a test may rely on running once."""
        items = self.due()
        for item, following in zip(items, [*items[1:], None], strict=True):
            last = following is None or self.repeat.is_over()
            self.begin(item)
            for report in run_test(item, None if last else following):
                self.keep(report)
            self.end(item)
            if last:
                return

    def due(self) -> list[pytest.Item]:
        """The tests of this round. One that has a report is less likely to have another: it waits for each fourth."""
        items = self.repeat.items
        if self.repeat.wanted != "auto" or self.round % FOUND_EVERY == 0:
            return items
        found = {os.path.basename(it).partition("-")[0] for it in list_logs(self.run)}
        return [it for it in items if str(self.numbers[it.nodeid]) not in found] or items

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, exitstatus: int) -> None:
        """Keeps pytest's exit code."""
        self.exit_status = int(exitstatus)

    @pytest.hookimpl(trylast=True)
    def pytest_unconfigure(self) -> None:
        """Writes the journal's last line; what follows belongs to the session."""
        self.runtime.aim(self.first, "end")
        self.runtime.aim_children(self.first)
        self.look_at_gil()
        self.journal.write("finish", exit=self.exit_status)

    def look_at_gil(self) -> None:
        """Says when the GIL is on in a free-threaded interpreter whose user did not ask for it: races are hidden."""
        is_on = getattr(sys, "_is_gil_enabled", lambda: True)()
        if "t" in sys.abiflags and is_on and os.environ.get("PYTHON_GIL") != "1":
            files = {name: str(getattr(it, "__file__", "")) for name, it in list(sys.modules.items())}
            loaded = [name for name, file in files.items() if file.endswith(".so") and "/lib-dynload/" not in file]
            self.journal.write("gil", modules=" ".join(sorted(loaded)))


def run_test(item: pytest.Item, following: pytest.Item | None) -> list[pytest.TestReport]:
    """Runs a test with its fixtures; its reports go to no other plugin."""
    return sys.modules["_pytest.runner"].runtestprotocol(item, log=False, nextitem=following)


class Repeat:
    """Which tests to run again, and for how long: `auto`, or the number of rounds."""

    def __init__(self, wanted: str) -> None:
        self.wanted = wanted
        self.items: list[pytest.Item] = []
        self.deadline = float("inf")
        if wanted:
            CommonStart().patch()

    def rounds(self, suite_seconds: float) -> Generator[int]:
        """The numbers of the rounds after the first, until the time is used up."""
        if not self.wanted or not self.items:
            return
        if self.wanted == "auto":
            self.deadline = time.monotonic() + SHARE * suite_seconds
        number = 2
        while not self.is_over() and (self.wanted == "auto" or number <= int(self.wanted)):
            yield number
            number += 1

    def is_over(self) -> bool:
        """Whether the time is used up."""
        return time.monotonic() >= self.deadline


class CommonStart:
    """Lets threads that begin at about the same time begin together.

    Short calls are ordered by accident: the first thread that a barrier lets go is through before the last one wakes.
    So each sleeps to a common time. To spin instead costs processor time, and finds less.
    """

    def __init__(self) -> None:
        self.start = 0.0
        self.met = threading.local()

    def patch(self) -> None:
        """Changes barriers, threads and pools of threads."""
        self.patch_barrier()
        self.patch_thread()
        self.patch_pool()

    def wait(self, moment: float) -> None:
        """Sleeps to a time of `time.monotonic`, and a little longer, by chance."""
        chance = time.perf_counter_ns() % 97 / 97
        time.sleep(max(0.0, moment + chance * JITTER - time.monotonic()))

    def patch_barrier(self) -> None:
        """The thread that comes last says when all go on."""
        barrier: Any = threading.Barrier
        release, wait = barrier._release, barrier.wait

        def release_together(it: Any) -> None:
            it.pysan_start = time.monotonic() + LEAD
            release(it)

        def wait_together(it: Any, timeout: float | None = None) -> int:
            index = wait(it, timeout)
            self.wait(it.pysan_start)
            return index

        barrier._release, barrier.wait = release_together, wait_together

    def patch_thread(self) -> None:
        """A thread begins a little after the last one was started."""
        start = threading.Thread.start

        def start_together(thread: Any) -> None:
            run = thread.run

            def run_together() -> None:
                self.wait_for_last()
                run()

            thread.run = run_together
            self.start = time.monotonic() + LEAD
            start(thread)

        threading.Thread.start = start_together  # type: ignore[method-assign]

    def wait_for_last(self) -> None:
        """Sleeps until no thread has been started for a while, five times at most."""
        for _ in range(5):
            moment = self.start
            self.wait(moment)
            if self.start == moment:
                return

    def patch_pool(self) -> None:
        """The first call in each thread of a pool begins a little after the last one was handed in."""
        futures = __import__("concurrent.futures.thread").futures.thread
        submit = futures.ThreadPoolExecutor.submit

        def submit_together(pool: Any, function: Callable[..., Any], /, *args: Any, **named: Any) -> Any:
            def call(*args: Any, **named: Any) -> Any:
                if not getattr(self.met, "already", False):
                    self.met.already = True
                    self.wait_for_last()
                return function(*args, **named)

            self.start = time.monotonic() + LEAD
            return submit(pool, call, *args, **named)

        futures.ThreadPoolExecutor.submit = submit_together


class Teller:
    """Without `san`: a finding that counts fails its test; any other is shown at the end."""

    def __init__(self, recorder: Recorder, folder: str) -> None:
        self.recorder = recorder
        self.folder = folder
        self.seen: set[str] = set()
        self.waiting: list[str] = []
        self.others: list[tuple[str, str]] = []

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> Generator[None, object, object]:
        """Fails a test whose reports count. Those of a passed setup wait, for the test itself is to run."""
        self.waiting += self.find_logs()
        if self.waiting and not (report.when == "setup" and report.passed):
            counts, text = judge(self.folder, self.waiting)
            if counts:
                fail(report, text)
            else:
                self.others.append((report.nodeid, text))
            for path in self.waiting:
                self.recorder.journal.write("told", counts=int(counts), log=os.path.basename(path))
            self.waiting = []
        return (yield)

    def find_logs(self) -> list[str]:
        """The paths of logs that came since the last look."""
        fresh = [it for it in list_logs(self.recorder.run) if it not in self.seen]
        self.seen.update(fresh)
        return fresh

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Shows reports that fail no test."""
        for nodeid, text in self.others:
            terminalreporter.section(f"{nodeid}: a report that does not count")
            terminalreporter.write_line(text)


def fail(report: pytest.TestReport, text: str) -> None:
    """Has a test fail with a text; of one that failed already the text is one more section."""
    if report.failed:
        report.sections.append(("sanitizer report", text))
        return
    report.outcome, report.longrepr = "failed", text
    if hasattr(report, "wasxfail"):
        del report.wasxfail


def judge(folder: str, logs: list[str]) -> tuple[bool, str]:
    """Whether anything in logs counts, and what to show: `san`'s words, if it has any, and the reports themselves."""
    code, words = ask_san(["judge", folder, *logs], os.path.join(os.path.dirname(logs[0]), "verdict"))
    text = "".join(shorten(read_file(it)) for it in logs)
    return code != 0, f"{words}\n{text}" if words else text


def shorten(text: str) -> str:
    """A report without the deep ends of its stacks, where the interpreter calls itself."""
    lines: list[str] = []
    for line in text.splitlines():
        number, _, rest = line.strip().partition(" ")
        depth = int(number[1:]) if number[:1] == "#" and number[1:].isdigit() and rest else 0
        if depth == FRAMES_MAX:
            lines.append("    …")
        if depth < FRAMES_MAX:
            lines.append(line)
    return "".join(f"{it}\n" for it in lines)


def ask_san(arguments: list[str], answer: str) -> tuple[int, str]:
    """Runs `san` by the plain interpreter and returns its exit code and what it printed; 3 where there is none."""
    environment = {name: os.environ.get(name, "") for name in ("PATH", "PYSAN_FAIL_ON")} | {"LANG": "C.UTF-8"}
    output = [(os.POSIX_SPAWN_OPEN, 1, answer, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)]
    try:
        pid = os.posix_spawn(SAN[0], [*SAN, *arguments], environment, file_actions=output)
    except OSError:
        return 3, ""
    code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    return code, read_file(answer) if code in (0, 8) else ""


def supervise(run: str) -> None:
    """Goes on in a fork. The process that waits says what one that was ended could not say any more."""
    pid = os.fork()
    if pid == 0:
        set_death_signal = ctypes.CDLL(None).prctl
        set_death_signal(PR_SET_PDEATHSIG, SIGTERM)
        return
    while True:
        try:
            status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
            break
        except KeyboardInterrupt:
            continue  # The tests got it as well.
    os._exit(conclude(run, status))


def conclude(run: str, status: int) -> int:
    """Shows what pytest did not, and returns the exit code: never 0 where a report or the end is missing."""
    journal = read_file(os.path.join(run, "journal.jsonl"))
    finished = '{"event": "finish"' in journal
    told = [it for it in journal.splitlines() if finished and it.startswith('{"event": "told"')]
    untold = [it for it in list_logs(run) if not any(f'"log": {quote(os.path.basename(it))}' in line for line in told)]
    sentence = (
        "" if finished else f"pysan: pytest did not come to its end (it was ended with {status}){during(journal)}\n"
    )
    text = "".join(shorten(read_file(it)) for it in untold)
    os.write(2, f"{text}{sentence}".encode(errors="replace"))
    if status < 0:
        return 128 - status
    # A conftest may have made it 0.
    if status == 0 and (text or any('"counts": 1,' in line for line in told)):
        return 1
    if status == 0 and not finished:
        return 3
    if not told and not untold and finished:
        clear(run)
    return status


def during(journal: str) -> str:
    """The test that ran at the journal's end, as part of a sentence."""
    lines = journal.splitlines()
    last = lines[-1] if lines else ""
    test = last.partition(', "id": ')[2][:-1]
    return f" during {test}" if last.startswith('{"event": "test"') else ""


def clear(run: str) -> None:
    """Removes the folder of a run with nothing to tell; `.san` as well, when it was made for it."""
    try:
        for name in os.listdir(run):
            os.unlink(os.path.join(run, name))
        os.rmdir(run)
        os.rmdir(os.path.dirname(run))
    except OSError:
        return


def list_logs(run: str) -> list[str]:
    """The paths of the logs in a run's folder; none when it was deleted."""
    try:
        names = sorted(os.listdir(run))
    except OSError:
        return []
    return [os.path.join(run, it) for it in names if it[:1].isdigit()]


def read_file(path: str) -> str:
    """A file's text, the first megabyte; nothing when there is no such file."""
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read(SHOWN_MAX)
    except OSError:
        return ""


def write_file(path: str, text: str) -> None:
    """Writes a text, unless the folder is gone."""
    try:
        with open(path, "w", encoding="utf-8", errors="replace") as file:
            file.write(text)
    except OSError:
        return


def read_lines(variable: str) -> dict[str, int]:
    """How often each line stands in the file that a variable of the environment names."""
    counts: dict[str, int] = {}
    if variable in os.environ:
        with open(os.environ[variable], encoding="utf-8") as file:
            for line in file.read().splitlines():
                counts[line] = counts.get(line, 0) + 1
    return counts


def count_threads() -> int:
    """The threads that Python knows, looked up without a lock."""
    return len(threading._active)  # type: ignore[attr-defined]


def count_tasks() -> int:
    """The threads of this process, those of C and of the runtime included."""
    return len(os.listdir("/proc/self/task"))


def claim_session(run: str) -> int:
    """The number of this pytest process in the run: 0, 1, …; no other process gets the same."""
    number = 0
    while True:
        try:
            os.close(os.open(os.path.join(run, f"session-{number}"), os.O_CREAT | os.O_EXCL, 0o666))
        except FileExistsError:
            number += 1
        else:
            return number


def make_run() -> str:
    """Makes `.san/<time>-<pid>` here, or below the folder for temporary files where this one is read-only."""
    name = f"{time.strftime('%Y%m%d-%H%M%S')}-{os.getpid()}"
    for parent in (os.getcwd(), os.environ.get("TMPDIR", "/tmp")):
        run = os.path.join(parent, ".san", name)
        try:
            os.makedirs(run)
        except OSError:
            continue
        return run
    raise pytest.UsageError("pysan: neither this folder nor the one for temporary files can be written")


def pytest_addoption() -> None:
    """Comes before pytest reads any other file, and before it captures anything."""
    has_runtime = hasattr(ctypes.CDLL(None), "__sanitizer_set_report_path")
    if "PYSAN_RUN" in os.environ or not has_runtime:
        return
    run = os.environ["PYSAN_RUN"] = make_run()
    os.environ["PYSAN_TELL"] = "1"
    if threading.active_count() == 1:
        supervise(run)


def pytest_configure(config: pytest.Config) -> None:
    """Records the run, unless this pytest is a test's own."""
    if "PYSAN_RUN" not in os.environ or "PYSAN_TEST" in os.environ:
        return
    if config.getoption("numprocesses", None) or config.getoption("tx", None):
        Journal(os.environ["PYSAN_RUN"]).write("refused", reason=XDIST)
        raise pytest.UsageError(f"pysan: {XDIST}")
    recorder = Recorder(os.environ["PYSAN_RUN"])
    config.pluginmanager.register(recorder, "pysan-recorder")
    if os.environ.pop("PYSAN_TELL", ""):
        config.pluginmanager.register(Teller(recorder, str(config.rootpath)), "pysan-teller")

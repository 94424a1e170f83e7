"""Runs seeded programs many times: four threads each, in a child forked for each run.

The libraries are imported once, while this process is single-threaded. stdin holds the programs as JSON, stdout
gets one line of JSON for each run as it ends: what the child printed, and how it ended. Judging is the caller's.
"""

import json
import os
import select
import shlex
import signal
import subprocess
import sys
import sysconfig
import tempfile
import textwrap
import threading
import time

THREADS = 4
# What a report needs comes first; a program that prints more than this is broken.
OUTPUT_BYTES_MAX = 200_000


def main() -> None:
    request = json.load(sys.stdin)
    for source in request["extensions"]:
        compile_extension(source)
    preludes = {}
    for text in {program["prelude"] for program in request["programs"]}:
        exec(text, preludes.setdefault(text, {}))
    for index, program in enumerate(request["programs"]):
        for case in ("race", "twin"):
            for _ in range(request["runs"]):
                result = run(program, case, preludes[program["prelude"]])
                print(json.dumps({"program": index, "case": case, **result}), flush=True)


def compile_extension(source: str) -> None:
    """Compiles a C file as the environment says, into a folder that modules are imported from."""
    folder = tempfile.mkdtemp()
    name = os.path.splitext(os.path.basename(source))[0]
    flags = [flag for variable in ("CFLAGS", "LDFLAGS") for flag in shlex.split(os.environ[variable])]
    include = f"-I{sysconfig.get_path('include')}"
    command = [os.environ["CC"], *flags, "-fPIC", "-shared", include, source, "-o", f"{folder}/{name}.so"]
    subprocess.run(command, check=True)
    sys.path.append(folder)


def run(program: dict, case: str, prelude: dict) -> dict:
    """One run in a child, which is killed after its time."""
    with tempfile.TemporaryFile() as output:
        start = time.monotonic()
        pid = os.fork()
        if pid == 0:
            become_child(program, case, prelude, output.fileno())
        timed_out = not ends_within(pid, program["timeoutSeconds"])
        if timed_out:
            os.kill(pid, signal.SIGKILL)
        status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        seconds = time.monotonic() - start
        output.seek(0)
        text = output.read(OUTPUT_BYTES_MAX).decode(errors="replace")
    return {"status": status, "timedOut": timed_out, "seconds": round(seconds, 3), "output": text}


def ends_within(pid: int, seconds: float) -> bool:
    descriptor = os.pidfd_open(pid)
    try:
        return select.select([descriptor], [], [], seconds)[0] != []
    finally:
        os.close(descriptor)


def become_child(program: dict, case: str, prelude: dict, output: int) -> None:
    """Does the work and ends the process: 0 when it was done, 1 when it failed; a sanitizer may have its own code."""
    status = 1
    try:
        os.dup2(output, 1)
        os.dup2(output, 2)
        race(program, case, prelude)
        status = 0
    except BaseException:
        sys.excepthook(*sys.exc_info())
    finally:
        sys.stderr.flush()
        os._exit(status)


def race(program: dict, case: str, prelude: dict) -> None:
    """Four threads do the work: on what one setup made, on that under a lock, or on what each set up for itself."""
    separate = case == "twin" and program["twin"] == "separate"
    locked = case == "twin" and program["twin"] == "locked"
    setups = [set_up(program["setup"], prelude) for _ in range(THREADS if separate else 1)]
    work = compile_work(program, locked)
    guard = threading.Lock()
    start = threading.Barrier(THREADS)
    failures = []

    def work_on(names: dict) -> None:
        try:
            start.wait()
            exec(work, names)
        except BaseException as failure:
            failures.append(failure)

    namespaces = [{**setups[index % len(setups)], "thread": index, "guard": guard} for index in range(THREADS)]
    threads = [threading.Thread(target=work_on, args=[names]) for names in namespaces]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]


def compile_work(program: dict, locked: bool):
    body = textwrap.indent(program["work"], "    ")
    if locked:
        body = "    with guard:\n" + textwrap.indent(body, "    ")
    return compile(f"for _ in range({program['rounds']}):\n{body}", program["name"], "exec")


def set_up(text: str, prelude: dict) -> dict:
    names = dict(prelude)
    exec(text, names)
    return names


if __name__ == "__main__":
    main()

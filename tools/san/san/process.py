"""Runs one command in the foreground and ends it when it makes no progress."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from san.errors import UsageError

POLL_SECONDS = 0.5
GRACE_SECONDS = 10


@dataclass(frozen=True, slots=True)
class Ending:
    """How a process ended."""

    #: Its exit code, or the negative number of the signal that ended it.
    status: int
    #: It was ended here, since it made no progress.
    hung: bool = False

    def __str__(self) -> str:
        if self.hung:
            return "it made no progress, and was ended"
        if self.status >= 0:
            return f"exit code {self.status}"
        name = signal.Signals(-self.status).name
        hint = ": out of memory?" if name == "SIGKILL" else ""
        return f"ended by {name}{hint}"


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a command is: as long as two are equal, nothing happened."""

    step: int
    #: Seconds that this step may take.
    limit: float


def run_process(command: Sequence[str], environment: dict[str, str], progress: Callable[[], Progress]) -> Ending:
    """Runs a command, and ends it when a step takes longer than it may.

    SIGABRT goes first: faulthandler, which pytest switches on, prints all stacks then.
    """
    sys.stdout.flush()
    try:
        process = subprocess.Popen(command, env=environment)
    except OSError as error:
        raise UsageError(f"{command[0]}: {error.strerror}") from error
    with forwarding(process):
        return wait(process, progress)


def wait(process: subprocess.Popen[bytes], progress: Callable[[], Progress]) -> Ending:
    """Waits for the end, or brings it about."""
    seen, since = progress(), time.monotonic()
    while True:
        try:
            return Ending(process.wait(timeout=POLL_SECONDS))
        except subprocess.TimeoutExpired:
            now = progress()
            if now != seen:
                seen, since = now, time.monotonic()
            elif time.monotonic() - since >= now.limit:
                return Ending(end(process), hung=True)
        except KeyboardInterrupt:
            continue  # The command got it as well, and decides.


def end(process: subprocess.Popen[bytes]) -> int:
    """Ends a process that hangs and returns its status."""
    for number in (signal.SIGABRT, signal.SIGKILL):
        process.send_signal(number)
        try:
            return process.wait(timeout=GRACE_SECONDS)
        except subprocess.TimeoutExpired:
            continue
    return process.wait()


class forwarding:  # noqa: N801
    """While it is open, SIGTERM and SIGHUP of this process go on to the command."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self.process = process

    def __enter__(self) -> None:
        self.before = {it: signal.signal(it, self.forward) for it in (signal.SIGTERM, signal.SIGHUP)}

    def forward(self, number: int, _: object) -> None:
        """Sends the signal on."""
        os.kill(self.process.pid, number)

    def __exit__(self, *_: object) -> None:
        for number, handler in self.before.items():
            signal.signal(number, handler)

"""Lines of a sanitizer's report -> their parts.

The formats are those of LLVM's runtimes, whose authors keep them for people, not for programs:
https://github.com/llvm/llvm-project/tree/main/compiler-rt/lib (tsan_report.cpp, asan_errors.cpp, ubsan_diag.cpp,
lsan_common.cpp, sanitizer_stacktrace_printer.cpp). libs/verification/src/formats.ts is the twin of this file: patterns
keep to what both languages read alike, so digits are `[0-9]`, blanks are ` `, and `.` is any character.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache

from san.model import Failure, FailureKind, Frame


@dataclass(frozen=True, slots=True)
class Header:
    """The first line of a report."""

    sanitizer: str
    kind: str
    message: str
    #: What stands before it on its line: nothing, a time, a process' name, or the program's own text.
    prefix: str
    pid: int | None = None
    #: The one frame that UndefinedBehaviorSanitizer always knows.
    frame: Frame | None = None


_report = re.compile(
    r"(?:==(?P<pid>[0-9]{1,10})== ?)?(?P<level>ERROR|WARNING): (?P<sanitizer>[A-Za-z]+Sanitizer): (?P<message>.*)", re.S
)
_process = re.compile(r" \(pid=([0-9]{1,10})\)")
_minimal = re.compile(r"ubsan: (?P<kind>[a-z][a-z0-9-]*) by 0x[0-9a-f]+")
_address = re.compile(r" on (?:unknown )?address(?= 0x| \(|$)| on 0x| 0x|: | \(")
_place = re.compile(r"(?P<file>.+?)(?::(?P<line>[0-9]{1,9}))?(?::(?P<column>[0-9]{1,9}))?", re.S)
_quoted = re.compile(r" '[^']*'")
_number = re.compile(r"(?<![A-Za-z0-9_])-?(?:0x[0-9a-f]+|[0-9]+(?:\.[0-9]+)?(?:e[+-]?[0-9]+)?)(?![A-Za-z0-9_-])")


def parse_header(text: str) -> Header | None:
    """The header in a piece; None for any other line."""
    return _parse_report(text) or _parse_runtime_error(text) or _parse_minimal(text)


def _parse_report(text: str) -> Header | None:
    match = _report.search(text)
    if match is None:
        return None
    sanitizer, message = match["sanitizer"], match["message"]
    process = _process.search(message)
    # A warning of ThreadSanitizer without `(pid=…)` is a remark about itself, for instance that it starts again.
    if process is None and (match["pid"] is None or sanitizer == "ThreadSanitizer") and match["level"] == "WARNING":
        return None
    kind = _cut(message) if process is None else message[: process.start()]
    pid = match["pid"] or (process and process[1])
    return Header(sanitizer, kind, message, text[: match.start()], None if pid is None else int(pid))


def _cut(message: str) -> str:
    match = _address.search(message)
    return (message if match is None else message[: match.start()]).removesuffix(":")


def _parse_runtime_error(text: str) -> Header | None:
    place, separator, message = text.partition(": runtime error: ")
    if not separator:
        return None
    start = _place_start(place)
    frame = _place_frame(place[start:])
    if frame is None:
        return None
    return Header("UndefinedBehaviorSanitizer", _error_kind(message), message, place[:start], frame=frame)


def _place_start(text: str) -> int:
    """Where the path begins: an absolute one may have blanks, a relative one may not."""
    if text.startswith("/"):
        return 0
    absolute = text.find(" /")
    return (absolute if absolute >= 0 else text.rfind(" ")) + 1


def _place_frame(place: str) -> Frame | None:
    """None where it is no place, as in Go's `panic: runtime error: …`."""
    module = re.fullmatch(r"\((?P<module>.+)\+(?P<offset>0x[0-9a-f]+)\)", place, re.S)
    if module is not None:
        return Frame(0, module=module["module"], offset=module["offset"])
    if place == "<unknown>":
        return Frame(0)
    frame = _placed(Frame(0), place)
    return None if frame.line is None else frame


def _error_kind(message: str) -> str:
    """`index N out of bounds for type` of `index 10 out of bounds for type 'int[10]'`: what each run says alike."""
    bare = _quoted.sub("", message)
    end = re.search(r"[:,;] | \(", bare)
    return _number.sub("N", bare if end is None else bare[: end.start()])


def _parse_minimal(text: str) -> Header | None:
    match = _minimal.search(text)
    if match is None:
        return None
    return Header(
        "UndefinedBehaviorSanitizer", match["kind"], text[match.start() :], text[: match.start()], None, Frame(0)
    )


_index = re.compile(r" {4}#(?P<index>[0-9]{1,9}) +(?P<rest>.*)", re.S)
_counter = re.compile(r"0x[0-9a-f]+ *(?:in )?(?P<rest>.*)", re.S)
_build = re.compile(r" \(BuildId: (?P<build>[0-9a-f]+)\)$")
_module = re.compile(r"(?P<module>.+)\+(?P<offset>0x[0-9a-f]+)", re.S)


# The same frames come again and again.
@lru_cache(maxsize=4096)
def parse_frame(text: str) -> Frame | None:
    """The frame that a line shows; None for any other line."""
    match = _index.search(text)
    if match is None:
        return None
    counter = _counter.fullmatch(match["rest"])
    rest, frame = _parse_module(match["rest"] if counter is None else counter["rest"], int(match["index"]))
    if counter is not None and frame is not None:
        # AddressSanitizer prints the module where it does not know the source.
        return replace(frame, function=_function(re.sub(r"\+0x[0-9a-f]+$", "", rest)))
    return _parse_source(rest, frame or Frame(int(match["index"])))


def _parse_module(text: str, index: int) -> tuple[str, Frame | None]:
    """The text before `(module+0x…) (BuildId: …)`, and a frame that knows only these."""
    build = _build.search(text)
    text = text if build is None else text[: build.start()]
    start = max(text.rfind("(/"), 0) or text.rfind("(")
    if start < 0 or not text.endswith(")"):
        return text, None
    module = _module.fullmatch(text[start + 1 : -1])
    if module is not None:
        frame = Frame(index, module=module["module"], offset=module["offset"], build=build and build["build"])
        return text[:start].rstrip(" "), frame
    unknown = re.fullmatch(r"<unknown module>|0x[0-9a-f]+", text[start + 1 : -1])
    return (text, None) if unknown is None else (text[:start].rstrip(" "), Frame(index))


def _parse_source(text: str, frame: Frame) -> Frame:
    """`function place`: an absolute path may have blanks, a function's arguments too, a relative path not."""
    absolute = text.find(" /")
    split = absolute if absolute >= 0 else text.rfind(" ")
    if split < 0:
        return replace(frame, function=_function(text))
    return _placed(replace(frame, function=_function(text[:split])), text[split + 1 :])


def _placed(frame: Frame, place: str) -> Frame:
    match = _place.fullmatch(place)
    if match is None or place == "<null>":
        return frame
    line, column = match["line"], match["column"]
    return replace(frame, file=match["file"], line=line and int(line), column=column and int(column))


def _function(text: str) -> str | None:
    return None if text in {"", "<null>"} else text


_titles = [
    re.compile(r" {2}(?P<title>[A-Z].*):", re.S),
    re.compile(r" {2}(?P<title>Uninitialized value was .*|\[[0-9]+\]):?", re.S),
    re.compile(r"(?P<title>(?:READ|WRITE|ACCESS) of size .*)", re.S),
    re.compile(r"(?P<title>.* by .* here|(?:Direct|Indirect) leak of .* allocated from):", re.S),
    re.compile(r"(?P<title>Address 0x[0-9a-f]+ is located in stack of thread .*)", re.S),
]
_thread = re.compile(r"(?:by|in|at 0x[0-9a-f]+|stack of) (main thread|thread T[0-9]+)")
_notes = [
    re.compile(
        r" {2}(?P<note>(?:Location is|Cycle in lock order|Mutex M[0-9]+|And [0-9]+ more|Hint:|This frame has) .*)", re.S
    ),
    re.compile(r" {4}(?P<note>\[[0-9]+, [0-9]+\) '.*)", re.S),
    re.compile(r"(?P<note>(?:0x[0-9a-f]+ is |The signal is caused by |Hint: |HINT: ).*)", re.S),
    re.compile(r"(?P<note>.*[:0-9a-f]: note: .*)", re.S),
]


def parse_title(text: str) -> str | None:
    """What a stack's title says, without its colon; None for any other line."""
    if text.startswith("  This frame has "):
        return None
    return _first(_titles, text, "title")


def thread_of(title: str) -> str | None:
    """`main thread` or `thread T2`, where a title names one."""
    match = _thread.search(title)
    return None if match is None else match[1]


def parse_note(text: str) -> str | None:
    """What a line adds to a report besides stacks; None for any other line."""
    return _first(_notes, text, "note")


def _first(patterns: list[re.Pattern[str]], text: str, group: str) -> str | None:
    matches = (pattern.fullmatch(text) for pattern in patterns)
    return next((match[group] for match in matches if match is not None), None)


_summary = re.compile(r"SUMMARY: (?P<sanitizer>[A-Za-z]+Sanitizer): (?P<summary>.+)", re.S)
_failures: list[tuple[FailureKind, re.Pattern[str]]] = [
    ("start", re.compile(r"FATAL: [A-Za-z]+Sanitizer:? .*", re.S)),
    ("start", re.compile(r"Shadow memory range interleaves .*", re.S)),
    ("start", re.compile(r"ASan runtime does not come first .*", re.S)),
    ("start", re.compile(r"Your application is linked against incompatible ASan runtimes.*", re.S)),
    ("start", re.compile(r"(?<![A-Za-z])[A-Za-z]+Sanitizer: (?:failed to |ERROR: ).*", re.S)),
    ("runtime", re.compile(r"(?<![A-Za-z])[A-Za-z]+Sanitizer:? CHECK failed: .*", re.S)),
    ("runtime", re.compile(r"LeakSanitizer has encountered a fatal error.*", re.S)),
    ("runtime", re.compile(r"(?<![A-Za-z])[A-Za-z]+Sanitizer: nested bug in the same thread.*", re.S)),
    ("runtime", re.compile(r"ERROR: [A-Za-z]+Sanitizer failed to .*", re.S)),
    # A header that the log's end cut off. A remark of the runtime about itself has `==<pid>==` before it.
    ("cut off", re.compile(r"(?<!=)WARNING: ThreadSanitizer: .*", re.S)),
]


def parse_summary(text: str) -> tuple[str, str] | None:
    """Sanitizer and text of a SUMMARY line."""
    match = _summary.search(text)
    return None if match is None else (match["sanitizer"], match["summary"])


def parse_failure(text: str) -> Failure | None:
    """What a runtime says of itself when it cannot go on."""
    for kind, pattern in _failures:
        match = pattern.search(text)
        if match is not None:
            return Failure(kind, match[0])
    return None

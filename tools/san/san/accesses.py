"""Finding -> its accesses: which stacks count, and at which frame of a stack somebody's own code begins."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from san.model import Finding, Frame, Stack

_access = re.compile(r"(?:previous )?(?:atomic )?(?:read|write|access) of size ", re.I)
# Memory that was freed too early is as much the fault of the one who freed it.
_partner = re.compile(r"freed by |Mutex M[0-9]+ (?:previously )?acquired (?:here|by)")
_leak = re.compile(r"(?P<kind>Direct|Indirect) leak of ")

_runtime_file = re.compile(
    r"/compiler-rt/lib/|/(?:sanitizer_common|asan|tsan|lsan|ubsan|msan|interception)_[a-z_]+\.(?:cpp|h|inc|S)$"
)
_runtime_function = re.compile(
    r"(?:__(?:tsan|asan|lsan|ubsan|msan|hwasan|sanitizer|interceptor|interception)_|___?interceptor_|__(?:tsan|asan|lsan|ubsan|msan)::"
    r"|wrap_|ThreadSanitizer)"
)
# What a runtime intercepts: it has no line table, so these frames know no file.
_intercepted = re.compile(
    r"(?:malloc|calloc|realloc|reallocarray|free|cfree|memalign|aligned_alloc|posix_memalign|valloc|pvalloc"
    r"|malloc_usable_size|(?:str|wcs|mem|wmem)[a-z]+|operator (?:new|delete)(?:\[\])?(?:\(.*\))?|pthread_[a-z_]+"
    r"|sem_[a-z]+|p?(?:read|write)v?(?:64)?|open(?:at)?(?:64)?|close|f(?:open|close|read|write|flush)|[a-z]*printf|[a-z]*scanf"
    r"|send(?:to|msg)?|recv(?:from|msg)?|epoll_[a-z]+|poll|sigaction|raise|abort|u?sleep|nanosleep|fork|dlopen|atexit"
    r"|bcmp|[a-z]*time[a-z_]*|getenv|setenv|qsort)"
)
_inlined_file = re.compile(
    r"/(?:Include|include/python3\.[0-9]+[td]*)/"  # CPython's reference counts and atomics
    r"|/numpy/(?:_core|core)/include/"
    r"|/include/(?:c\+\+|x86_64-linux-gnu/c\+\+|aarch64-linux-gnu/c\+\+)/|/c\+\+/v1/"
    r"|/lib/(?:gcc|llvm-[0-9]+|clang)/.*/include/"
    r"|/rustc/[0-9a-f]+/(?:library|src/lib)|/library/(?:core|alloc|std)/src/"
)
_inlined_function = re.compile(
    r"_?Py_(?:X?INCREF|X?DECREF|CLEAR|XSETREF|SETREF|TYPE|SIZE|REFCNT|SET_[A-Z]+|atomic_.*|NewRef|XNewRef|IncRefShared|DecRefShared.*"
    r"|MergeZeroLocalRefcount|TryIncref.*|TRY_INCREF.*)|_Py_atomic_.*|__atomic_.*|__sync_.*|__aarch64_.*"
)


def access_stacks(finding: Finding) -> list[Stack]:
    """The stacks that did what the report is about, in its order; not those where memory and threads were made."""
    accesses = [it for it in finding.stacks if _access.match(it.title)]
    partners = [it for it in finding.stacks if _partner.match(it.title)]
    first = finding.stacks[:1]
    if accesses or not partners:
        return [*(accesses or first), *partners]
    return partners if finding.kind.startswith("lock-order") else [*first, *partners]


def own_frames(stack: Stack) -> Sequence[Frame]:
    """A stack without its innermost frames that are the runtime's, an interceptor's, or an inlined helper's."""
    start = next((at for at, it in enumerate(stack.frames) if not is_helper(it)), None)
    # A stack of helpers only: the outermost is the nearest to somebody.
    return stack.frames[-1:] if start is None else stack.frames[start:]


def is_helper(frame: Frame) -> bool:
    """Whether a frame stands for the code that called it: runtime, interceptor, inlined atomic or reference count."""
    function, file = frame.function or "", frame.file or ""
    if _runtime_file.search(file) or _runtime_function.match(function):
        return True
    if _inlined_file.search(file) or _inlined_function.fullmatch(function):
        return True
    return not file and (function == "" or _intercepted.fullmatch(function) is not None)


def split_leaks(finding: Finding) -> list[Finding]:
    """One finding for each leak of a leak report, as each has an owner of its own; any other finding as it is."""
    leaks = [(it, match["kind"]) for it in finding.stacks if (match := _leak.match(it.title))]
    if len(leaks) == 0:
        return [finding]
    direct = [it for it in leaks if it[1] == "Direct"] or leaks
    return [replace(finding, kind=f"{kind.lower()} leak", message=it.title, stacks=[it]) for it, kind in direct]

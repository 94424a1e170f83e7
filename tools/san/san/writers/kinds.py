"""What a kind of finding means, and what is to be done: two or three sentences for people who see it the first time."""

from __future__ import annotations

import re

from san.model import Finding

_texts = [
    (
        r"data race",
        "Two threads use the same memory at the same time, at least one of them writes, and nothing orders the two"
        " accesses. The result depends on chance and may be wrong in ways that no test shows. Guard both accesses with"
        " the same lock (in free-threaded CPython: a critical section), make both atomic, or do not share the memory.",
    ),
    (
        r"lock-order-inversion",
        "Two locks are taken in one order here and in the opposite order there. When two threads do so at once, each"
        " waits for the other for ever. Take them in one order everywhere.",
    ),
    (r"thread leak", "A thread was neither joined nor detached, so its stack is never released. Join it."),
    (
        r"signal",
        "A signal handler did something that is not allowed there: it may run in the middle of the same function."
        " Set a flag in the handler and do the work elsewhere.",
    ),
    (r"mutex", "A lock is used in a way without meaning: unlocked twice, destroyed while held, or by another thread."),
    (
        r"use-after|container-overflow",
        "Memory is used after it was released or outside its life. Keep it alive as long as a pointer to it is used:"
        " hold a reference, copy the data, or clear the pointer.",
    ),
    (
        r"buffer-overflow|out of bounds|param-overlap|negative-size",
        "Memory is read or written beyond its end or start. Check the index or the length before the access.",
    ),
    (
        r"double-free|not malloc|mismatch",
        "Memory is released twice, in part, or by a function that does not fit the one that made it.",
    ),
    (r"leak", "Memory was allocated and nothing points to it any longer. Release it, or drop the reference to it."),
    (
        r"SEGV|BUS|stack-overflow",
        "The process used an address that it does not have, and ended: a null or wild pointer, or endless recursion.",
    ),
    (
        r"integer overflow|shift|division|negation|range of representable",
        "The result of this operation is not defined by the language; the compiler may assume that it never happens."
        " Check the operands first, or use an unsigned or wider type.",
    ),
    (
        r"null pointer|misaligned|not point to an object|load of value",
        "The program uses a pointer or a value that its type does not allow.",
    ),
    (r"uninitialized", "The program decides by memory that nobody has written. Initialise it."),
]


def explain(finding: Finding) -> str:
    """The text for a kind; for one that nobody knows what the sanitizer's own words are."""
    text = next((text for pattern, text in _texts if re.search(pattern, finding.kind)), None)
    said = f"{finding.sanitizer} reports: {finding.kind}."
    return f"{said} {text or 'Its documentation says what that means: https://github.com/google/sanitizers/wiki.'}"

"""Finding -> whose it is, by four rules in this order; the rule that fired is part of the answer.

1. harness: the accesses are those of pytest's plugins, which run tests side by side.
2. yours: an access begins in a distribution under test, or in CPython below an API that wants a lock that your call
   did not hold.
3. reached: each access was called, at whatever depth, by a distribution under test.
4. upstream: whose code the first access begins in.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from san.accesses import access_stacks, own_frames
from san.distributions import CPYTHON, Distributions, normal_name
from san.model import Finding, Frame, Owner

_harness = {"pytest", "pytest-run-parallel", "pluggy", "san", "pysan", "pytest-xdist", "pytest-timeout"}
_harness_function = "__sanitizer_set_report_path"

# https://docs.python.org/3/howto/free-threading-extensions.html: they lock nothing, or lend a reference that another
# thread may drop.
_unlocked = re.compile(
    r"PyList_(?:GET_ITEM|GetItem|SET_ITEM|GET_SIZE)|PyTuple_(?:SET_ITEM|GET_ITEM)|PyDict_(?:Next|GetItem\w*|SetDefault)|_PyDict_Next"
    r"|PySequence_Fast_\w+|PyWeakref_(?:GetObject|GET_OBJECT)|PyCell_(?:GET|SET)|PyImport_AddModule\w*|PySet_GET_SIZE|_PySet_NextEntry"
    r"|PyByteArray_(?:AsString|AS_STRING|Resize)|_PyBytes_Resize|PyUnicode_(?:WRITE|WriteChar|Resize|Append)|PyModule_GetDict|PyEval_Get\w+"
)


@dataclass(slots=True)
class Attribution:
    """Who is who in this run."""

    distributions: Distributions
    #: Distributions under test, by their normalised names.
    under_test: frozenset[str]

    def owner_of(self, finding: Finding) -> Owner:
        """The owner, with the rule that fired."""
        finding_stacks = access_stacks(finding)
        if any(frame.function == _harness_function for it in finding_stacks for frame in it.frames):
            return Owner("harness", "san", 1, f"{_harness_function} is called by the plugin only")
        stacks = [_Stack(frames, self._dists(frames)) for it in finding_stacks if (frames := own_frames(it))]
        return self._harness(stacks) or self._yours(stacks) or self._reached(stacks) or _upstream(stacks)

    def _dists(self, frames: Sequence[Frame]) -> list[str]:
        return [self.distributions.place_of(it).dist for it in frames]

    def _harness(self, stacks: Sequence[_Stack]) -> Owner | None:
        stack = next((it for it in stacks if it.dists[0] in _harness), None)
        return stack and Owner("harness", stack.dists[0], 1, f"{_said(stack, 0)} is the test harness")

    def _yours(self, stacks: Sequence[_Stack]) -> Owner | None:
        for stack in stacks:
            if stack.dists[0] in self.under_test:
                return Owner("yours", stack.dists[0], 2, f"{_said(stack, 0)} is {stack.dists[0]}, which is under test")
        return next((it for stack in stacks if (it := self._unlocked(stack)) is not None), None)

    def _unlocked(self, stack: _Stack) -> Owner | None:
        """Your call into CPython: all frames above it are CPython's."""
        at = next((at for at, dist in enumerate(stack.dists) if dist != CPYTHON), len(stack.dists))
        if at in {0, len(stack.dists)} or stack.dists[at] not in self.under_test:
            return None
        function = stack.frames[at - 1].function or ""
        if not _unlocked.fullmatch(function):
            return None
        dist = stack.dists[at]
        return Owner("yours", dist, 2, f"{_said(stack, at)} of {dist} calls {function}, which takes no lock")

    def _reached(self, stacks: Sequence[_Stack]) -> Owner | None:
        callers = [next((it for it in stack.dists if it in self.under_test), None) for stack in stacks]
        if not callers or None in callers:
            return None
        dist, where = stacks[0].dists[0], callers[0] or ""
        return Owner(
            "reached", dist, 3, f"{_said(stacks[0], 0)} is {dist or 'unknown'}, called from {where} on every stack"
        )


@dataclass(frozen=True, slots=True)
class _Stack:
    frames: Sequence[Frame]
    #: The distribution of each frame.
    dists: Sequence[str]


def _said(stack: _Stack, at: int) -> str:
    function = stack.frames[at].function
    return f"frame {stack.frames[at].index}, {function}," if function else f"frame {stack.frames[at].index}"


def _upstream(stacks: Sequence[_Stack]) -> Owner:
    if not stacks:
        return Owner("upstream", "", 4, "no stack was restored")
    dist = next((it.dists[0] for it in stacks if it.dists[0]), "")
    stack = next((it for it in stacks if it.dists[0] == dist), stacks[0])
    return Owner(
        "upstream", dist, 4, f"{_said(stack, 0)} is {dist or 'of an unknown library'}, and no access is under test"
    )


def attribution_of(distributions: Distributions, packages: Iterable[str] = ()) -> Attribution:
    """Under test are the named packages and those that were built from a folder of their user's."""
    named = {normal_name(it) for it in packages}
    return Attribution(distributions, frozenset(named or distributions.local))

"""Names of functions, without what a rebuild changes."""

from __future__ import annotations

import re

# `::h0123456789abcdef` is rustc's, `.llvm.123` LLVM's LTO, `.constprop.0` and its like GCC's.
_suffix = re.compile(
    r"(?:::h[0-9a-f]{16}|\.llvm\.[0-9]+|\.(?:constprop|isra|part|cold|lto_priv|localalias|clone)(?:\.[0-9]+)*"
    r"|\.[0-9]+| \[clone [^\]]*\]|\[abi:[^\]]*\])$"
)
_qualifier = re.compile(r"\)(?: const| volatile| &&?| noexcept)+$")


def plain_name(function: str) -> str:
    """`outer::Cache::add` of `outer::Cache<int>::add(std::string const&) [clone .cold]`."""
    return _without_arguments(_without_templates(_without_suffixes(function))).strip()


def _without_suffixes(text: str) -> str:
    while (shorter := _suffix.sub("", text)) != text:
        text = shorter
    return text


def _without_templates(text: str) -> str:
    """Rust's `<Type as Trait>::name` begins with a bracket, which is no list of arguments; nor is `operator<`."""
    kept: list[str] = []
    depth = 0
    for index, letter in enumerate(text):
        before = text[:index]
        if letter == "<" and (depth > 0 or _takes_arguments(before)):
            depth += 1
        elif letter == ">" and depth > 0 and not before.endswith("-"):
            depth -= 1
        elif depth == 0:
            kept.append(letter)
    return "".join(kept).replace("::::", "::").removesuffix("::")


def _takes_arguments(before: str) -> bool:
    """Whether a bracket behind this text opens a list of template arguments; `operator< <int>` has a blank."""
    return re.search(r"(?:[A-Za-z0-9_:]|operator[^ ]{1,3} )$", before) is not None and not before.endswith("operator")


def _without_arguments(text: str) -> str:
    """What stands before the last pair of brackets, if the name ends with it."""
    text = _qualifier.sub(")", text)
    if not text.endswith(")"):
        return text
    depth = 0
    for index in range(len(text) - 1, 0, -1):
        depth += (text[index] == ")") - (text[index] == "(")
        if depth == 0:
            return text[:index] if not text[:index].endswith("operator") else text
    return text

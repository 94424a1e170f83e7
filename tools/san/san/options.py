"""Option strings of the sanitizers: `halt_on_error=1:log_path='/a b/c'`."""

from __future__ import annotations

import re

# https://github.com/llvm/llvm-project/blob/main/compiler-rt/lib/sanitizer_common/sanitizer_flag_parser.cpp:
# blanks, colons and commas part them; either quote may enclose a value.
PART = re.compile(r"""([^\s:,=]+)(?:=(?:"([^"]*)"|'([^']*)'|([^\s:,]*)))?""")


def parse_options(text: str) -> dict[str, str]:
    """The options by name; of one that stands there twice the last."""
    return {it[1]: next((value for value in it.groups()[1:] if value is not None), "") for it in PART.finditer(text)}


def format_options(options: dict[str, str]) -> str:
    """The string that means them. A value with a blank, colon or comma is quoted."""
    return ":".join(f"{name}={quote(value)}" for name, value in options.items())


def quote(value: str) -> str:
    """A value as it may stand in an option string."""
    if not re.search(r"""[\s:,"']""", value):
        return value
    return f'"{value}"' if "'" in value else f"'{value}'"

"""Option strings, as LLVM's parser reads them."""

from __future__ import annotations

import pytest

from san.options import format_options, parse_options


@pytest.mark.parametrize(
    ("text", "options"),
    [
        ("", {}),
        ("halt_on_error=1", {"halt_on_error": "1"}),
        ("a=1:b=2 c=3,d=4\n", {"a": "1", "b": "2", "c": "3", "d": "4"}),
        ("log_path='/a b/c:d'", {"log_path": "/a b/c:d"}),
        ('log_path="/a\'b"', {"log_path": "/a'b"}),
        ("a=1:a=2", {"a": "2"}),
        ("::a=1::", {"a": "1"}),
    ],
)
def test_reads_what_the_runtime_reads(text: str, options: dict[str, str]) -> None:
    assert parse_options(text) == options
    assert parse_options(format_options(options)) == options

"""Packs `san` into one file that Python runs, san.pyz: `python pack.py TARGET`.

The same sources and the same Python give the same bytes. What is compiled lies beside its source: Python writes nothing
into a zip file, so each start would compile again.
"""

from __future__ import annotations

import py_compile
import sys
import tempfile
import zipfile
from pathlib import Path

SOURCES = Path(__file__).parent / "san"
MAIN = "import sys\n\nfrom san.cli import main\n\nsys.exit(main(sys.argv[1:]))\n"
TIME = (1980, 1, 1, 0, 0, 0)  # The first that a zip file can say.


def pack(target: Path) -> None:
    """Writes the archive."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        add(archive, "__main__.py", MAIN.encode())
        for source in sorted(SOURCES.rglob("*.py")):
            name = f"san/{source.relative_to(SOURCES).as_posix()}"
            add(archive, name, source.read_bytes())
            add(archive, f"{name}c", compiled(source, name))


def compiled(source: Path, name: str) -> bytes:
    """A module's bytecode, which is taken as it is, whatever the time of its source."""
    with tempfile.NamedTemporaryFile(suffix=".pyc") as file:
        mode = py_compile.PycInvalidationMode.UNCHECKED_HASH
        py_compile.compile(str(source), file.name, dfile=f"san.pyz/{name}", doraise=True, invalidation_mode=mode)
        return Path(file.name).read_bytes()


def add(archive: zipfile.ZipFile, name: str, data: bytes) -> None:
    """Adds one file, without its time and its owner."""
    entry = zipfile.ZipInfo(name, TIME)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o644 << 16
    archive.writestr(entry, data)


if __name__ == "__main__":
    pack(Path(sys.argv[1]))

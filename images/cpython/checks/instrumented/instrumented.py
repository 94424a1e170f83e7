"""Every extension module of the interpreter, whatever package it belongs to, and every library that an image brings is
instrumented and has line tables; or none is, where the passport names no sanitizer.

So a child image is covered without a check of its own.
"""

import json
import pathlib
import re
import subprocess
import sys
import sysconfig

# Tools, which come as wheels: what they do is not what is tested.
EXCEPTIONS = ("Cython/", "hypothesis/")

# What the compiler puts into each file that it instruments.
MARKS = {"thread": "__tsan_func_entry", "address": "__asan_init"}

FOREIGN = re.compile(r"lib(?:tsan|asan|lsan|ubsan|gomp)\b")


def dump(tool: str, *arguments: str) -> dict[str, str]:
    """What an LLVM tool prints for each file, by file."""
    command = [tool, *arguments, *map(str, FILES)]
    output = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    _, *parts = re.split(r"^(?:File: )?(/.*?):?\n", output, flags=re.MULTILINE)
    return dict(zip(parts[::2], parts[1::2], strict=True))


def is_exception(path: pathlib.Path) -> bool:
    return path.is_relative_to(packages) and str(path.relative_to(packages)).startswith(EXCEPTIONS)


with open("/etc/pysan/passport.json", encoding="utf-8") as file:
    sanitizer = json.load(file)["sanitizer"]
interpreter = pathlib.Path(sys.executable).resolve()
packages = pathlib.Path(sysconfig.get_path("platlib"))
modules = [path for path in sorted(pathlib.Path(sys.prefix, "lib").rglob("*.so")) if not is_exception(path)]
# What an image brings beside packages of Debian, such as its BLAS.
libraries = sorted({path.resolve() for path in pathlib.Path("/usr/local/lib").glob("*.so*")})
FILES = [interpreter, *modules, *libraries]
symbols = dump("llvm-nm", "--dynamic")
headers = dump("llvm-readelf", "--dynamic", "--sections", "--wide")

faults = []
for path in FILES:
    for name, mark in MARKS.items():
        if (mark in symbols[str(path)]) != (name == sanitizer):
            faults.append(f"{path}: {'not ' if name == sanitizer else ''}instrumented by {name}")
    if FOREIGN.search(headers[str(path)]):
        faults.append(f"{path}: needs a runtime of GCC")
    if sanitizer and ".debug_line" not in headers[str(path)]:
        faults.append(f"{path}: no line tables")

print(f"{len(FILES)} files")
print(*faults, f"{len(faults)} faults", sep="\n")
sys.exit(1 if faults else 0)

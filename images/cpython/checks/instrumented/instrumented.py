"""Every extension module of the interpreter, whatever package it belongs to, every library that an image brings, and every
library that the interpreter loads is instrumented and has line tables; or none is, where the passport names no sanitizer.

So a child image is covered without a check of its own.
"""

import importlib
import json
import pathlib
import re
import subprocess
import sys
import sysconfig

# Tools, which come as wheels: what they do is not what is tested.
EXCEPTIONS = ("Cython/", "hypothesis/")

LIBRARIES = ("/usr/local/lib", "/opt/native/lib")

# What the compiler puts into each file that it instruments.
MARKS = {"thread": "__tsan_func_entry", "address": "__asan_init"}

# The modules that are linked with libraries.
LINKED = ("_bz2", "_ctypes", "_curses", "_hashlib", "_lzma", "_sqlite3", "_ssl", "_uuid", "pyexpat", "readline", "zlib")

# Of Debian, as they are: libc and its parts, those of the compiler, terminals, and libuuid, which makes random numbers.
NOT_INSTRUMENTED = re.compile(
    r"(?:ld-linux[\w-]*|lib(?:c|m|dl|pthread|resolv|rt|util|gcc_s|stdc\+\+|ncursesw|tinfo|readline|uuid))\.so[.\d]*"
)

FOREIGN = re.compile(r"lib(?:tsan|asan|lsan|ubsan|gomp)\b")


def dump(tool: str, *arguments: str) -> dict[str, str]:
    """What an LLVM tool prints for each file, by file."""
    command = [tool, *arguments, *map(str, FILES)]
    output = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    _, *parts = re.split(r"^(?:File: )?(/.*?):?\n", output, flags=re.MULTILINE)
    return dict(zip(parts[::2], parts[1::2], strict=True))


def is_exception(path: pathlib.Path) -> bool:
    return path.is_relative_to(packages) and str(path.relative_to(packages)).startswith(EXCEPTIONS)


def loaded_libraries() -> set[pathlib.Path]:
    for name in LINKED + ("_zstd",) * (sys.version_info >= (3, 14)):
        importlib.import_module(name)
    with open("/proc/self/maps", encoding="utf-8") as maps:
        paths = {pathlib.Path(line.split(maxsplit=5)[-1].strip()) for line in maps if ".so" in line}
    return {path for path in paths if not NOT_INSTRUMENTED.fullmatch(path.name)}


with open("/etc/pysan/passport.json", encoding="utf-8") as file:
    sanitizer = json.load(file)["sanitizer"]
interpreter = pathlib.Path(sys.executable).resolve()
packages = pathlib.Path(sysconfig.get_path("platlib"))
modules = [path for path in sorted(pathlib.Path(sys.prefix, "lib").rglob("*.so")) if not is_exception(path)]
# What an image brings beside packages of Debian, such as its BLAS.
brought = {path.resolve() for folder in LIBRARIES for path in pathlib.Path(folder).glob("*.so*")}
libraries = brought | loaded_libraries() if sanitizer else brought
FILES = [interpreter, *modules, *sorted(libraries - {*modules})]
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

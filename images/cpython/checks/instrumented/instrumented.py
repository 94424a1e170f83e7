"""Every extension module of the interpreter, whatever package it belongs to, and every library that an image brings is
instrumented and has line tables.

So a child image is covered without a check of its own.
"""

import pathlib
import re
import subprocess
import sys
import sysconfig

# Tools, which come as wheels: what they do is not what is tested.
EXCEPTIONS = ("Cython/", "hypothesis/")

FOREIGN = re.compile(r"lib(?:tsan|asan|lsan|ubsan|gomp)\b")


def dump(tool: str, *arguments: str) -> dict[str, str]:
    """What an LLVM tool prints for each file, by file."""
    command = [tool, *arguments, *map(str, FILES)]
    output = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    _, *parts = re.split(r"^(?:File: )?(/.*?):?\n", output, flags=re.MULTILINE)
    return dict(zip(parts[::2], parts[1::2], strict=True))


def is_exception(path: pathlib.Path) -> bool:
    return path.is_relative_to(packages) and str(path.relative_to(packages)).startswith(EXCEPTIONS)


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
    if "__tsan_func_entry" not in symbols[str(path)]:
        faults.append(f"{path}: not instrumented")
    if FOREIGN.search(headers[str(path)]):
        faults.append(f"{path}: needs a runtime of GCC")
    if ".debug_line" not in headers[str(path)]:
        faults.append(f"{path}: no line tables")

print(f"{len(FILES)} files")
print(*faults, f"{len(faults)} faults", sep="\n")
sys.exit(1 if faults else 0)

"""Every extension module of the interpreter, whatever package it belongs to, is instrumented and has line tables.

So a child image is covered without a check of its own.
"""

import pathlib
import re
import subprocess
import sys

# Name of the file up to the first dot, and why it need not be instrumented.
EXCEPTIONS: dict[str, str] = {}

FOREIGN = re.compile(r"lib(?:tsan|asan|lsan|ubsan|gomp)\b")


def dump(tool: str, *arguments: str) -> dict[str, str]:
    """What an LLVM tool prints for each file, by file."""
    command = [tool, *arguments, *map(str, FILES)]
    output = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    header = r"^(?:File: )?(/.*?):?\n" if len(FILES) > 1 else r"^()"
    _, *parts = re.split(header, output, flags=re.MULTILINE)
    return dict(zip(parts[::2], parts[1::2], strict=True))


interpreter = pathlib.Path(sys.executable).resolve()
FILES = [interpreter, *sorted(pathlib.Path(sys.prefix, "lib").rglob("*.so"))]
symbols = dump("llvm-nm", "--dynamic")
headers = dump("llvm-readelf", "--dynamic", "--sections", "--wide")

faults = []
for path in FILES:
    if "__tsan_func_entry" not in symbols[str(path)] and path.name.split(".")[0] not in EXCEPTIONS:
        faults.append(f"{path}: not instrumented")
    if FOREIGN.search(headers[str(path)]):
        faults.append(f"{path}: needs a runtime of GCC")
    if ".debug_line" not in headers[str(path)]:
        faults.append(f"{path}: no line tables")

print(f"{len(FILES)} files")
print(*faults, f"{len(faults)} faults", sep="\n")
sys.exit(1 if faults else 0)

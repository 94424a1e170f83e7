"""Records the logs of the seeded programs: `python3 record.py 14 19 22` needs those clangs and their runtimes.

A log that is there stays as it is (delete it to have it recorded again), so reports of releases that nobody can
install any longer are kept. The build folder has one name on each machine, as it stands in the logs.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

corpus = Path(__file__).parent
build = Path("/src/seeded")

#: Of each program: flags, and kinds by the LLVM that they are recorded with.
programs: dict[str, tuple[str, dict[str, str]]] = {
    "thread": (
        "-fsanitize=thread",
        {
            "22": "global read two heap atomic stack memcpy mutex main sleep vptr template file use-after-free free"
            " deadlock thread-leak signal errno unlock destroy-locked crash named",
            "19": "global two vptr template deadlock thread-leak use-after-free crash",
            "14": "global heap vptr deadlock thread-leak use-after-free crash unlock",
        },
    ),
    "address": (
        "-fsanitize=address -fsanitize-address-use-after-return=always -mllvm -asan-detect-invalid-pointer-cmp",
        {
            "22": "use-after-free use-after-realloc heap-overflow heap-write stack-overflow global-overflow"
            " stack-return scope dynamic-stack double-free bad-free mismatch size-mismatch overlap strcpy-overlap"
            " negative too-big calloc-overflow alignment usable-size null wild recursion divide abort illegal bus"
            " container bad-annotation poison pointer-pair thread leak leak-list two",
            "19": "use-after-free stack-overflow double-free overlap null leak-list recursion thread two",
            "14": "use-after-free global-overflow double-free bad-free null leak-list too-big mismatch",
        },
    ),
    "leak": ("-fsanitize=leak", {"22": "leak leak-list", "14": "leak-list"}),
    "undefined": (
        "-fsanitize=undefined",
        {
            "22": "add multiply negate divide shift shift-negative bounds null misaligned bool enum float nonnull"
            " returns-nonnull unreachable function offset pointer-overflow vla three",
            "19": "add bounds null vptr three",
            "14": "add bounds null vptr misaligned three",
        },
    ),
    "minimal": ("-fsanitize=undefined -fno-sanitize=vptr -fsanitize-minimal-runtime", {"22": "add three"}),
    "memory": ("-fsanitize=memory", {"22": "value", "14": "value"}),
}
sources = {"leak": "address", "minimal": "undefined"}
options = {
    "ASAN_OPTIONS": "handle_abort=2:handle_sigill=2:detect_invalid_pointer_pairs=2:halt_on_error=0"
    ":detect_stack_use_after_return=1:allocator_may_return_null=0",
    "UBSAN_OPTIONS": "print_stacktrace=1",
    "TSAN_OPTIONS": "halt_on_error=0",
}


def main(versions: list[str]) -> None:
    """Records what is missing."""
    build.mkdir(parents=True, exist_ok=True)
    for program, (flags, kinds) in programs.items():
        source = f"{sources.get(program, program)}.cpp"
        shutil.copy(corpus / "programs" / source, build / source)
        for version in versions:
            record_kinds(program, source, flags, version, kinds.get(version, "").split())


def record_kinds(program: str, source: str, flags: str, version: str, kinds: list[str]) -> None:
    """Records the kinds of one program that have no log yet."""
    missing = [kind for kind in kinds if not (corpus / f"{program}-{kind}-{version}.txt").exists()]
    if missing:
        recover = ["-fsanitize-recover=all"] if program in {"address", "undefined"} else []
        command = [f"clang++-{version}", "-g", "-O0", *flags.split(), *recover, source, "-o", program, "-pthread"]
        subprocess.run([*command, "-Wno-everything"], cwd=build, check=True)
    for kind in missing:
        log = output_of(program, kind, version)
        if log:
            (corpus / f"{program}-{kind}-{version}.txt").write_bytes(log)


def output_of(program: str, kind: str, version: str) -> bytes:
    """A race is seen only when threads overlap, so a silent run is repeated."""
    symbolizer = shutil.which(f"llvm-symbolizer-{version}") or ""
    environment = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", **options}
    environment |= {f"{it}_SYMBOLIZER_PATH": symbolizer for it in ("ASAN", "LSAN", "MSAN", "UBSAN", "TSAN", "LLVM")}
    for _ in range(30):
        command = ["setarch", "-R", f"./{program}", kind]
        done = subprocess.run(command, cwd=build, env=environment, capture_output=True, timeout=30, check=False)
        if b"Sanitizer" in done.stderr or b"runtime error" in done.stderr or b"ubsan:" in done.stderr:
            return done.stderr
    print(f"{program} {kind} with LLVM {version} reports nothing", file=sys.stderr)
    return b""


if __name__ == "__main__":
    main(sys.argv[1:])

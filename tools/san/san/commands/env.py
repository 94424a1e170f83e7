"""Prints what has to be set to build by hand, as the image sets it, for a shell or a build system."""

from __future__ import annotations

import argparse
import os
import shlex

NAMES = ("CC", "CXX", "CFLAGS", "CXXFLAGS", "LDFLAGS")
BUILD_TYPE = "RelWithDebInfo"  # Release strips what a report's lines come from.


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the arguments."""
    kind = parser.add_mutually_exclusive_group()
    kind.add_argument("--cmake", action="store_true", help="arguments of cmake")
    kind.add_argument("--meson", action="store_true", help="arguments of meson setup")
    kind.add_argument("--cargo", action="store_true", help="variables of cargo")


def run(arguments: argparse.Namespace) -> int:
    """Prints the lines."""
    values = {name: os.environ.get(name, "") for name in NAMES}
    sanitizer = sanitizer_of(values["CFLAGS"])
    if arguments.cmake:
        print(" ".join(shlex.quote(it) for it in cmake(values)))
    elif arguments.meson:
        print("-Dbuildtype=debugoptimized -Db_lundef=false")
    elif arguments.cargo:
        flags = shlex.quote(f"-Zsanitizer={sanitizer} -Cforce-frame-pointers=yes")
        print(f"export RUSTC_BOOTSTRAP=1 RUSTFLAGS={flags}")
        print("export CARGO_PROFILE_RELEASE_DEBUG=line-tables-only CARGO_PROFILE_RELEASE_STRIP=false")
    else:
        for name, value in values.items():
            print(f"export {name}={shlex.quote(value)}")
    return 0


def sanitizer_of(flags: str) -> str:
    """`thread` or `address`, as the compiler's flags say."""
    return "address" if "-fsanitize=address" in flags else "thread"


def cmake(values: dict[str, str]) -> list[str]:
    """The arguments of cmake that mean the same as the variables."""
    return [
        f"-DCMAKE_BUILD_TYPE={BUILD_TYPE}",
        f"-DCMAKE_C_COMPILER={values['CC']}",
        f"-DCMAKE_CXX_COMPILER={values['CXX']}",
        f"-DCMAKE_C_FLAGS={values['CFLAGS']}",
        f"-DCMAKE_CXX_FLAGS={values['CXXFLAGS']}",
        f"-DCMAKE_SHARED_LINKER_FLAGS={values['LDFLAGS']}",
        f"-DCMAKE_MODULE_LINKER_FLAGS={values['LDFLAGS']}",
    ]

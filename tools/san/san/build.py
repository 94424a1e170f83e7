"""Builds a project's wheel by the plain interpreter and installs it into the instrumented one.

The plain interpreter runs the build tools many times faster. The compilers' flags instrument the product. A project
that imports its own extension while it builds (a type stub, a version) needs the sanitizer's runtime for that step:
there the process goes on in the instrumented interpreter, which is of the same release.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
import zipfile
from collections.abc import Sequence
from pathlib import Path

from san.errors import CannotRunError, UsageError
from san.place import PLAIN, instrumented_python

# Prints whether the image has all that the project asks for: then nothing is downloaded.
HAS_ALL = """
import sys
from build import ProjectBuilder, check_dependency
project = ProjectBuilder(sys.argv[1])
missing = [chain for need in project.build_system_requires for chain in check_dependency(need)]
sys.exit(1 if missing or project.check_dependencies("wheel") else 0)
"""


def build(project: Path) -> Path:
    """Builds, installs, and returns the installed distribution's `.dist-info` folder."""
    if not project.is_dir():
        raise UsageError(f"{project} is no folder")
    if not any((project / it).is_file() for it in ("pyproject.toml", "setup.py")):
        raise UsageError(f"{project} has neither pyproject.toml nor setup.py")
    with tempfile.TemporaryDirectory(prefix="san-build-") as folder:
        wheel = build_wheel(project, Path(folder))
        info = install(wheel)
    tell_origin(info, project)
    return info


def build_wheel(project: Path, folder: Path) -> Path:
    """Builds the one wheel of a project into a folder."""
    environment = build_environment()
    plain = str(PLAIN)
    complete = subprocess.run([plain, "-c", HAS_ALL, str(project)], env=environment, capture_output=True, check=False)
    isolation = ["--no-isolation"] if complete.returncode == 0 else ["--installer", "uv"]
    call([plain, "-m", "build", "--wheel", *isolation, "--outdir", str(folder), str(project)], environment)
    return next(folder.glob("*.whl"))


def build_environment() -> dict[str, str]:
    """The build's environment: plain tools first on PATH, and lines kept in what CMake makes."""
    environment = dict(os.environ)
    environment["PYSAN_INSTRUMENTED"] = instrumented_python()  # For the image's sitecustomize.py.
    environment["PATH"] = f"{PLAIN.parent}:{environment.get('PATH', '')}"
    # `build` has uv install the requirements like any other package.
    environment["UV_CONSTRAINT"] = environment.get("UV_BUILD_CONSTRAINT", "")
    environment.setdefault(
        "SKBUILD_CMAKE_BUILD_TYPE", "RelWithDebInfo"
    )  # Release is stripped by nanobind and pybind11.
    environment.setdefault("SKBUILD_INSTALL_STRIP", "false")
    return environment


def install(wheel: Path) -> Path:
    """Installs a wheel into the instrumented interpreter and returns its `.dist-info` folder."""
    python = instrumented_python()
    name = wheel.name.partition("-")[0]
    uv = shutil.which("uv") or str(PLAIN.parent / "uv")
    call([uv, "pip", "install", "--python", python, "--reinstall-package", name, str(wheel)], dict(os.environ))
    with zipfile.ZipFile(wheel) as archive:
        info = next(it.partition("/")[0] for it in archive.namelist() if it.partition("/")[0].endswith(".dist-info"))
    return site_packages(python) / info


def site_packages(python: str) -> Path:
    """Where an interpreter's packages are. It is asked: an environment of the user's has its own."""
    program = "import sysconfig; print(sysconfig.get_path('platlib'))"
    answer = subprocess.run([python, "-S", "-c", program], capture_output=True, text=True, check=False)
    if answer.returncode != 0:
        raise CannotRunError(f"python does not start: {answer.stderr.strip()[-300:]}")
    return Path(answer.stdout.strip())


def tell_origin(info: Path, project: Path) -> None:
    """Notes where the distribution comes from, as `pip install DIR` does: a wheel's path says nothing of the project.

    https://packaging.python.org/en/latest/specifications/direct-url/
    """
    origin = info / "direct_url.json"
    if info.is_dir():
        origin.write_text(json.dumps({"dir_info": {}, "url": project.resolve().as_uri()}), encoding="utf-8")


def call(command: Sequence[str], environment: dict[str, str]) -> None:
    """Runs a command; its failure is the user's to read above."""
    code = subprocess.run(command, env=environment, check=False).returncode
    if code != 0:
        raise CannotRunError(f"`{Path(command[0]).name} {' '.join(command[1:3])}` ended with {code}; see above")

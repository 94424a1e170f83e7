"""Imports the extension that it has just built, in a process of its own, as projects do that generate type stubs."""

import pathlib
import subprocess
import sys

from setuptools import Extension, setup
from setuptools.command.build_ext import build_ext


class build_and_import(build_ext):
    def run(self):
        super().run()
        folder = str(pathlib.Path(self.build_lib).resolve())
        program = f"import sys; sys.path.insert(0, {folder!r}); import itself; print(dir(itself))"
        names = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True).stdout
        pathlib.Path(folder, "itself_names.py").write_text(f"NAMES = {names}")


setup(
    name="itself",
    version="1",
    ext_modules=[Extension("itself", ["itself.c"])],
    py_modules=[],
    cmdclass={"build_ext": build_and_import},
)

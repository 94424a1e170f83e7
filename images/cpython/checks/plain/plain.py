"""The interpreter that runs the build tools is of the passport's release and flavour, and not instrumented."""

import importlib.util
import json
import platform
import subprocess
import sys
import sysconfig

with open("/etc/pysan/passport.json", encoding="utf-8") as file:
    python = json.load(file)["python"]
free_threaded = bool(sysconfig.get_config_var("Py_GIL_DISABLED"))
symbols = subprocess.run(["llvm-nm", sys.executable], capture_output=True, text=True, check=True).stdout

assert platform.python_version() == python["version"], platform.python_version()
assert free_threaded == (python["flavour"] == "free-threaded"), free_threaded
assert "__tsan_" not in symbols and "__asan_" not in symbols, "it is instrumented"
for module in ["build", "Cython", "mesonpy", "pybind11", "scikit_build_core", "setuptools"]:
    assert importlib.util.find_spec(module), f"{module} is missing"

"""numpy is what the passport says, leaves the GIL off, and holds nothing that hides races."""

import importlib.util
import json
import pathlib
import sys

import numpy as np
from numpy._core._multiarray_umath import __cpu_dispatch__

with open("/etc/pysan/passport.json", encoding="utf-8") as file:
    passport = json.load(file)
free_threaded = passport["python"]["flavour"] == "free-threaded"
gil_is_on = getattr(sys, "_is_gil_enabled", lambda: True)()
libraries = [path for path in sys.path if pathlib.Path(path, "numpy.libs").exists()]

assert np.__version__ == passport["numpy"]["version"], np.__version__
assert gil_is_on != free_threaded, f"the GIL is {'on' if gil_is_on else 'off'}"
assert __cpu_dispatch__ == [], f"vector loops that the sanitizer cannot see: {__cpu_dispatch__}"
assert "openblas" not in json.dumps(np.show_config(mode="dicts")) and not libraries, "a BLAS that is not instrumented"
for module in ["xdist", "scipy_openblas32", "scipy_openblas64"]:
    assert importlib.util.find_spec(module) is None, f"{module} is there"

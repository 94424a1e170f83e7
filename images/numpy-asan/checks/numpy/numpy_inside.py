"""numpy and its BLAS are what the passport says, leave the GIL off, and have the vector loops that the sanitizer can see."""

import importlib.util
import json
import pathlib
import re
import sys

import numpy as np
from numpy._core._multiarray_umath import __cpu_dispatch__

with open("/etc/pysan/passport.json", encoding="utf-8") as file:
    passport = json.load(file)
free_threaded = passport["python"]["flavour"] == "free-threaded"
gil_is_on = getattr(sys, "_is_gil_enabled", lambda: True)()
blas = np.show_config(mode="dicts")["Build Dependencies"]["blas"]
mapped = set(re.findall(r"/\S+$", pathlib.Path("/proc/self/maps").read_text(), flags=re.MULTILINE))
numerics = {path for path in mapped if re.search(r"/lib\w*(blas|lapack|fortran|flang|gomp)", path)}

assert np.__version__ == passport["numpy"]["version"], np.__version__
assert gil_is_on != free_threaded, f"the GIL is {'on' if gil_is_on else 'off'}"
# ThreadSanitizer does not see what loops wider than 16 bytes access. AddressSanitizer does, and users run those.
dispatch = {"thread": "none", "address": "full"}[passport["sanitizer"]]
assert passport["numpy"]["dispatch"] == dispatch, passport["numpy"]
assert bool(__cpu_dispatch__) == (dispatch == "full"), f"vector loops beyond the baseline: {__cpu_dispatch__}"
# Whether it is instrumented, the check of all files says.
assert (blas["name"], blas["version"]) == ("openblas", passport["openblas"]["version"]), blas
assert numerics == {"/usr/local/lib/libopenblas.so.0"}, numerics
for module in ["xdist", "scipy_openblas32", "scipy_openblas64"]:
    assert importlib.util.find_spec(module) is None, f"{module} is there"

"""scipy is what the passport says, leaves the GIL off in all its parts, and brings no second BLAS nor runtime of Fortran."""

import json
import pathlib
import pkgutil
import re
import sys

import scipy

with open("/etc/pysan/passport.json", encoding="utf-8") as file:
    passport = json.load(file)
for module in pkgutil.iter_modules(scipy.__path__):
    if module.ispkg and module.name[0] != "_":
        getattr(scipy, module.name, None)
free_threaded = passport["python"]["flavour"] == "free-threaded"
gil_is_on = getattr(sys, "_is_gil_enabled", lambda: True)()
mapped = set(re.findall(r"/\S+$", pathlib.Path("/proc/self/maps").read_text(), flags=re.MULTILINE))
numerics = {path for path in mapped if re.search(r"/lib\w*(blas|lapack|fortran|flang|quadmath|gomp)", path)}

assert scipy.__version__ == passport["scipy"]["version"], scipy.__version__
assert "scipy.linalg" in sys.modules and "scipy.spatial" in sys.modules, "scipy's parts were not loaded"
assert gil_is_on != free_threaded, f"the GIL is {'on' if gil_is_on else 'off'}"
assert numerics == {"/usr/local/lib/libopenblas.so.0"}, numerics

"""The interpreter is what the passport says: sanitizer, release, flavour."""

import json
import platform
import sys
import sysconfig

with open("/etc/pysan/passport.json", encoding="utf-8") as file:
    passport = json.load(file)
sanitizer = passport["sanitizer"]
arguments = sysconfig.get_config_var("CONFIG_ARGS")
free_threaded = passport["python"]["flavour"] == "free-threaded"
gil_is_on = getattr(sys, "_is_gil_enabled", lambda: True)()

for name in ["thread", "address", "memory", "undefined-behavior"]:
    assert (f"--with-{name}-sanitizer" in arguments) == (name == sanitizer), arguments
assert passport["python"]["tag"].removesuffix("-dev").endswith("t") == free_threaded, passport["python"]
assert platform.python_version() == passport["python"]["version"], platform.python_version()
assert bool(sysconfig.get_config_var("Py_GIL_DISABLED")) == free_threaded, "Py_GIL_DISABLED"
assert gil_is_on != free_threaded, f"the GIL is {'on' if gil_is_on else 'off'}"
# It hands out memory that AddressSanitizer does not see.
assert not (sanitizer == "address" and sysconfig.get_config_var("WITH_PYMALLOC")), "pymalloc is on"

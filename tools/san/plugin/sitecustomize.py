"""Loaded by each start of the plain interpreter, environments of builds included; it acts within `san build` only.

A project may import the extension that it has just built, for a type stub or a version. That extension wants the
sanitizer's runtime, which the plain interpreter lacks. Then the same command line starts again in the instrumented
interpreter, which is of the same release, with the packages that this one had.
"""

import os

if "PYSAN_INSTRUMENTED" in os.environ:
    import importlib.machinery
    import re
    import sys
    import types

    create_module = importlib.machinery.ExtensionFileLoader.create_module

    def create_or_start_again(
        loader: importlib.machinery.ExtensionFileLoader, spec: importlib.machinery.ModuleSpec
    ) -> types.ModuleType:
        """Loads an extension, or does not return."""
        try:
            return create_module(loader, spec)
        except ImportError as error:
            if not re.search(r"undefined symbol: __(tsan|asan|ubsan)_", str(error)):
                raise
            python = os.environ.pop("PYSAN_INSTRUMENTED")
            packages = [it for it in sys.path if "site-packages" in it or not it.startswith(sys.base_prefix)]
            os.environ["PYTHONPATH"] = os.pathsep.join(it for it in packages if it)
            sys.stdout.flush()
            sys.stderr.flush()
            os.execv(python, [python, *sys.orig_argv[1:]])

    importlib.machinery.ExtensionFileLoader.create_module = create_or_start_again  # type: ignore[method-assign]

"""In the image: runs the tests RUNS times by pytest and by `san pytest --repeat auto`, in turn, and prints what each found."""

import json
import pathlib
import shutil
import subprocess
import sys
import time
import xml.etree.ElementTree

RUNS = int(sys.argv[1])
HERE = pathlib.Path(__file__).parent


def plain() -> set[str]:
    """The tests that a plain pytest failed: a finding does that."""
    subprocess.run(
        ["python", "-m", "pytest", "-q", "-p", "no:cacheprovider", "--junitxml=out.xml"], capture_output=True, check=False
    )
    cases = xml.etree.ElementTree.parse("out.xml").iter("testcase")
    return {str(it.get("name")) for it in cases if it.find("failure") is not None}


def repeated() -> set[str]:
    """The tests in which `san pytest --repeat auto` found something."""
    subprocess.run(
        ["san", "pytest", "--repeat", "auto", "--package", "short-races", "--", "-q", "-p", "no:cacheprovider"],
        capture_output=True,
        check=False,
    )
    (report,) = pathlib.Path(".san").glob("*/findings.json")
    entries = json.loads(report.read_text())["entries"]
    shutil.rmtree(".san")
    # Each function belongs to one test, whatever test an entry was seen in first.
    names = {site["function"] for it in entries for site in it["sites"]}
    return {f"test_short[{it.removeprefix('short_')}]" for it in names if it.startswith("short_")}


figures = {"plain": {"found": 0, "seconds": []}, "repeated": {"found": 0, "seconds": []}}
for _ in range(RUNS):
    for name, run in (("plain", plain), ("repeated", repeated)):
        shutil.rmtree(".san", ignore_errors=True)
        start = time.monotonic()
        figures[name]["found"] += len(run())
        figures[name]["seconds"].append(round(time.monotonic() - start, 1))
print(json.dumps({"of": 20 * RUNS, **figures}))

"""`python -m pytest` without `san`: a finding that counts fails its test; nothing is ever green and silent."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.conftest import Answer, Project

REPORT = "own/bump.c:9"
BEFORE = "import fake_runtime, os, sys, shutil, pathlib\n"


def run(project: Project, *words: str, **environment: str) -> Answer:
    return project.python("-m", "pytest", *words, **environment)


def test_is_green_without_a_trace_when_there_is_nothing(project: Project) -> None:
    project.write("test_it.py", "def test_clean(): pass\n")
    answer = run(project)
    assert (answer.code, answer.err) == (0, "")
    assert not (project.folder / ".san").exists()


def test_fails_the_test_and_no_other(project: Project) -> None:
    project.write("test_it.py", f"{BEFORE}def test_a(): pass\ndef test_b(): fake_runtime.race()\ndef test_c(): pass\n")
    answer = run(project, "-rA")
    assert answer.code == 1
    assert "1 failed, 2 passed" in answer.out
    assert "FAILED test_it.py::test_b" in answer.out
    assert REPORT in answer.out
    assert "data race, yours" in answer.out


def test_shows_what_is_not_the_users_and_lets_the_test_pass(project: Project) -> None:
    project.write("test_it.py", f"{BEFORE}def test_b(): fake_runtime.race()\n")
    answer = run(project, FAKE_FOLDER="/usr/src/python/Modules")
    assert "a report that does not count" in answer.out
    assert "Modules/own/bump.c:9" in answer.out


# Each of these ends a process, or loses the output, in a way in which a report is easily lost.
WAYS = {
    "a passing test": "def test_it(): fake_runtime.race()",
    "a failing test": "def test_it():\n    fake_runtime.race()\n    assert 0",
    "an expected failure": "import pytest\n@pytest.mark.xfail\ndef test_it():\n    fake_runtime.race()\n    assert 0",
    "a test that skips itself": "import pytest\ndef test_it():\n    fake_runtime.race()\n    pytest.skip('now')",
    "the setup of a fixture": "import pytest\n@pytest.fixture\ndef it(): fake_runtime.race()\ndef test_it(it): pass",
    "the teardown of a fixture": "import pytest\n@pytest.fixture\ndef it():\n    yield\n    fake_runtime.race()\ndef test_it(it): pass",
    "a fixture of the module": (
        "import pytest\n@pytest.fixture(scope='module')\ndef it():\n    yield\n    fake_runtime.race()\ndef test_it(it): pass"
    ),
    "a TestCase": "import unittest\nclass TestIt(unittest.TestCase):\n    def test_it(self): fake_runtime.race()",
    "setUpClass": (
        "import unittest\nclass TestIt(unittest.TestCase):\n    @classmethod\n    def setUpClass(cls): fake_runtime.race()\n"
        "    def test_it(self): pass"
    ),
    "a subtest": (
        "import unittest\nclass TestIt(unittest.TestCase):\n    def test_it(self):\n"
        "        with self.subTest('one'): fake_runtime.race()"
    ),
    "the import of a test file": "fake_runtime.race()\ndef test_it(): pass",
    "the exit of the interpreter": "import atexit\natexit.register(fake_runtime.race)\ndef test_it(): pass",
    "a child": (
        "import subprocess\ndef test_it(): subprocess.run([sys.executable, '-c', 'import fake_runtime; fake_runtime.race()'],"
        " capture_output=True)"
    ),
    "a child in another folder": (
        "import subprocess\ndef test_it(tmp_path): subprocess.run([sys.executable, '-c', 'import fake_runtime;"
        " fake_runtime.race()'], cwd=tmp_path, env={**os.environ, 'FAKE_FOLDER': os.getcwd()})"
    ),
    "a fork": (
        "def test_it():\n    pid = os.fork()\n    if not pid:\n        fake_runtime.race()\n        os._exit(0)\n"
        "    os.waitpid(pid, 0)"
    ),
    "a test that changes the folder": "def test_it(tmp_path):\n    os.chdir(tmp_path)\n    fake_runtime.race()",
    "a test that closes stderr": "def test_it():\n    os.close(2)\n    fake_runtime.race()",
    "a test that closes all descriptors": "def test_it():\n    os.closerange(3, 4096)\n    fake_runtime.race()",
    "a test that clears the environment": "def test_it():\n    os.environ.clear()\n    fake_runtime.race()",
    "a test that ends the process": "def test_it():\n    fake_runtime.race()\n    os._exit(0)",
    "a test that is killed": "def test_it():\n    fake_runtime.race()\n    os.kill(os.getpid(), 9)",
    "a test that the sanitizer ends": "def test_it(): fake_runtime.abort('bump')",
    "a test that ends the session": "import pytest\ndef test_it():\n    fake_runtime.race()\n    pytest.exit('enough', 0)",
    "a pytest within a test": (
        "import pytest\ndef test_it(tmp_path):\n    (tmp_path / 'test_in.py').write_text('import fake_runtime\\n"
        "def test_in(): fake_runtime.race()')\n    pytest.main([str(tmp_path / 'test_in.py'), '-p', 'no:cacheprovider'])"
    ),
}


@pytest.mark.parametrize("way", WAYS)
def test_loses_no_report(project: Project, way: str) -> None:
    project.write("test_it.py", f"{BEFORE}{WAYS[way]}\n")
    answer = run(project)
    assert answer.code != 0, answer
    assert REPORT in answer.out + answer.err, answer


@pytest.mark.parametrize("way", WAYS)
def test_loses_no_report_with_san(project: Project, way: str) -> None:
    project.write("test_it.py", f"{BEFORE}{WAYS[way]}\n")
    answer = project.san("pytest")
    assert answer.code in (3, 8, 9), answer
    assert "own/bump.c" in "".join(it.read_text() for it in project.runs()[-1].iterdir() if it.is_file())


CONFTESTS = {
    "os._exit as it is loaded": "import os\nos._exit(0)",
    "os._exit when all is collected": "import os\ndef pytest_collection_finish(): os._exit(0)",
    "os._exit at the end": "import os\ndef pytest_sessionfinish(): os._exit(0)",
    "the run's folder deleted": (
        "import shutil, os\ndef pytest_runtest_teardown(): shutil.rmtree(os.path.join(os.path.dirname(__file__), '.san'))"
    ),
    "killed between tests": "import os\ndef pytest_runtest_logfinish(): os.kill(os.getpid(), 9)",
}


@pytest.mark.parametrize("what", CONFTESTS)
@pytest.mark.parametrize("tool", ["pytest", "san pytest"])
def test_is_not_green_when_the_end_is_missing(project: Project, tool: str, what: str) -> None:
    project.write("conftest.py", CONFTESTS[what])
    project.write("test_it.py", "def test_clean(): pass\n")
    answer = run(project) if tool == "pytest" else project.san("pytest")
    assert answer.code == 3 or (tool == "pytest" and answer.code == 137), answer
    assert ("pytest did not come to its end" if tool == "pytest" else "this run proves nothing") in answer.err, answer


# What a conftest may do to the whole run. The test behind it races.
DISTURBED = {
    "forks, and both go on": "import os\nos.fork()",
    "forks, and the first ends": "import os\nif os.fork(): os._exit(0)",
    "closes stderr": "import os\nos.close(2)",
    "closes everything": "import os\nos.closerange(0, 4096)",
    "changes the folder": "import os\nos.chdir('/')",
    "clears the environment": "import os\nos.environ.clear()",
    "deletes the run's folder": "import os, shutil\nshutil.rmtree(os.path.join(os.path.dirname(__file__), '.san'))",
    "makes the run's folder unwritable": "import os\nos.chmod(os.path.join(os.path.dirname(__file__), '.san'), 0)",
    "limits the size of files": "import resource\nresource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))",
    "limits memory": "import resource\nresource.setrlimit(resource.RLIMIT_AS, (1 << 20, 1 << 20))",
    "swallows each outcome": "import pytest\n@pytest.hookimpl(wrapper=True)\ndef pytest_runtest_makereport(item):\n"
    "    report = yield\n    report.outcome = 'passed'\n    return report",
    "runs each test by itself": "import pytest\ndef pytest_runtest_protocol(item, nextitem):\n    item.runtest()\n    return True",
    "says that all is well": "def pytest_sessionfinish(session): session.exitstatus = 0",
}


@pytest.mark.parametrize("what", DISTURBED)
@pytest.mark.parametrize("tool", ["pytest", "san pytest"])
def test_is_not_green_when_a_conftest_disturbs_the_run(project: Project, tool: str, what: str) -> None:
    project.write("conftest.py", DISTURBED[what])
    project.write("test_it.py", f"{BEFORE}def test_it(): fake_runtime.race()\n")
    answer = run(project) if tool == "pytest" else project.san("pytest")
    assert answer.code != 0, answer
    assert answer.out + answer.err, answer


def test_refuses_xdist(project: Project) -> None:
    project.write("conftest.py", "def pytest_addoption(parser): parser.addoption('--numprocesses', type=int)\n")
    project.write("test_it.py", "def test_clean(): pass\n")
    answer = run(project, "--numprocesses", "2")
    assert (answer.code, "Leave -n out" in answer.err) == (4, True), answer


def test_adds_no_module_to_the_process(project: Project) -> None:
    project.write("test_it.py", "def test_it():\n    import sys\n    print('\\nmodules', *sys.modules)\n")
    with_plugin, without = (
        next({*line.split()} for line in run(project, "-s", *words).out.splitlines() if line.startswith("modules"))
        for words in ([], ["-p", "no:pysan"])
    )
    assert with_plugin - without == {"pysan_pytest"}

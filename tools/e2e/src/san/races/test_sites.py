import pathlib
import subprocess
import sys

import pytest
import sites


@pytest.mark.parametrize("number", range(15))
def test_here(number):
    sites.race(number)


@pytest.mark.parametrize("number", range(15, 20))
def test_in_a_child(number):
    subprocess.run([sys.executable, str(pathlib.Path(sites.__file__)), str(number)], capture_output=True)

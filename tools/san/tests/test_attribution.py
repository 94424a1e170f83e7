import io
import json
from pathlib import Path

import pytest

from san.attribution import Attribution, attribution_of
from san.distributions import Distributions
from san.model import Finding
from san.reader import read_log

# Frames by name, as the symbolizer prints them in the images. ThreadSanitizer prints a module without its folder.
tail = "cpython-314t-x86_64-linux-gnu.so"
frames = {
    # the package under test, built by meson from a folder that is gone, and its free functions
    "yours": "table_put ../src/fast/table.c:41:9 (_fast.TAIL+0x1a2b) (BuildId: aa)",
    "yours-get": "table_get ../src/fast/table.c:77:3 (_fast.TAIL+0x1b2b) (BuildId: aa)",
    "yours-vector": "std::vector<int>::push_back(int const&) /usr/include/c++/14/bits/stl_vector.h:1288:4"
    " (_fast.TAIL+0x1c2b)",
    "yours-incref": "Py_INCREF /usr/include/python3.14t/refcount.h:289:9 (_fast.TAIL+0x1d)",
    "yours-data": "PyArray_DATA /usr/lib/python3.14t/site-packages/numpy/_core/include/numpy/ndarraytypes.h:1500:30"
    " (_fast.TAIL+0x1e)",
    "editable": "grid_step /work/project/src/grid.c:9:5 (_grid.TAIL+0x11) (BuildId: bb)",
    "cython": "__pyx_pf_4fast_put fast/_table.c:3071:12 (_table.TAIL+0x2a)",
    "rust": "fast::cache::Cache<K>::insert::hfedcba9876543210 src/cache.rs:41:17 (_fast.TAIL+0x9)",
    "rust-std": "core::sync::atomic::AtomicUsize::load /rustc/ed61e7d7e242494f/library/core/src/sync/"
    "atomic.rs:2658:26 (_fast.TAIL+0x10)",
    # others
    "numpy": "LONG_add /usr/src/numpy/numpy/_core/src/loops.c.src:555:4 (_multiarray_umath.TAIL+0x3)",
    "openblas": "dgemm_kernel /usr/src/openblas/kernel/x86_64/dgemm.c:11:2 (libopenblas64_.so.0+0x4)",
    "scipy": "csr_matvec ../scipy/sparse/sparsetools/csr.h:1120:9 (_sparsetools.TAIL+0x5)",
    "multidict": "_md_del multidict/_multilib/hashtable.h:900:13 (_multidict.TAIL+0x6)",
    "harness": "_barrier_wait src/barrier.c:9:1 (_barrier.TAIL+0x6)",
    "ssl": "SSL_read <null> (libssl.so.3+0x7)",
    "python": "list_resize /usr/src/python/Objects/listobject.c:99:16 (python3.14+0x300) (BuildId: cc)",
    "python-old": "dict_merge /usr/src/Python-3.13.5/Objects/dictobject.c:3900:5 (python3.13+0x301) (BuildId: cd)",
    "set-item": "PyList_SET_ITEM /usr/src/python/Objects/listobject.c:310:5 (python3.14+0x302) (BuildId: cc)",
    "dict-next": "PyDict_Next /usr/src/python/Objects/dictobject.c:2999:12 (python3.14+0x303) (BuildId: cc)",
    "append": "PyList_Append /usr/src/python/Objects/listobject.c:520:16 (python3.14+0x304) (BuildId: cc)",
    "call": "PyObject_Vectorcall /usr/src/python/Objects/call.c:327:12 (python3.14+0x305) (BuildId: cc)",
    "eval": "_PyEval_EvalFrameDefault /usr/src/python/Python/ceval.c:2042:35 (python3.14+0x500) (BuildId: cc)",
    "incref": "Py_INCREF /usr/src/python/./Include/refcount.h:289:9 (python3.14+0x306) (BuildId: cc)",
    "atomic": "_Py_atomic_load_int /usr/src/python/./Include/pyatomic_gcc.h:300:10 (python3.14+0x307) (BuildId: cc)",
    "memcpy": "memcpy <null> (python3.14+0x308) (BuildId: cc)",
    "free": "free <null> (python3.14+0x309) (BuildId: cc)",
    "path": "__sanitizer_set_report_path <null> (python3.14+0x310) (BuildId: cc)",
    "unknown": "<null> <null> (mystery.so+0x1)",
}


def race(first: str, second: str) -> Finding:
    """A data race of two stacks, each given as names of frames from the innermost outwards."""

    def stack(words: str) -> str:
        return "".join(f"    #{at} {frames[it].replace('TAIL', tail)}\n" for at, it in enumerate(words.split()))

    text = (
        "WARNING: ThreadSanitizer: data race (pid=7)\n  Write of size 8 at 0x7b04 by thread T2:\n"
        f"{stack(first)}\n  Previous write of size 8 at 0x7b04 by thread T1:\n{stack(second)}\n"
        "SUMMARY: ThreadSanitizer: data race x in y\n"
    )
    return read_log(io.BytesIO(text.encode())).findings[0]


def install(site: Path, name: str, files: list[str], source: str | None = None) -> None:
    folder = site / f"{name}-1.0.dist-info"
    folder.mkdir(parents=True)
    (folder / "RECORD").write_text("".join(f"{it},sha256=0,1\n" for it in files))
    if source is not None:
        (folder / "direct_url.json").write_text(json.dumps({"url": f"file://{source}", "dir_info": {"editable": True}}))


@pytest.fixture
def world(tmp_path: Path) -> Attribution:
    site = tmp_path / "site-packages"
    install(site, "fast_table", [f"fast/_fast.{tail}", f"fast/_table.{tail}", "fast/__init__.py"])
    install(site, "grid", ["grid.pth"], source="/work/project")
    install(site, "numpy", [f"numpy/_core/_multiarray_umath.{tail}", "numpy/__init__.py"])
    install(site, "scipy", [f"scipy/sparse/_sparsetools.{tail}"])
    install(site, "multidict", [f"multidict/_multidict.{tail}"])
    install(site, "pytest_run_parallel", [f"pytest_run_parallel/_barrier.{tail}"])
    passport = tmp_path / "passport.json"
    passport.write_text(json.dumps({"sources": [{"name": "cpython"}, {"name": "numpy"}, {"name": "openblas"}]}))
    dpkg = tmp_path / "dpkg"
    dpkg.mkdir()
    (dpkg / "libssl3t64:amd64.list").write_text("/.\n/usr/lib/x86_64-linux-gnu/libssl.so.3\n")
    distributions = Distributions([site], passport, dpkg)
    return attribution_of(distributions, {"fast-table", "grid"})


# first stack, second stack, owner, distribution, rule
labelled = [
    ("yours eval", "yours-get eval", "yours", "fast-table", 2),
    ("numpy eval", "yours call eval", "yours", "fast-table", 2),
    ("memcpy yours eval", "memcpy yours eval", "yours", "fast-table", 2),
    ("yours-vector yours eval", "yours-vector yours-get eval", "yours", "fast-table", 2),
    ("yours-incref yours eval", "yours-incref yours eval", "yours", "fast-table", 2),
    ("yours-data yours eval", "numpy eval", "yours", "fast-table", 2),
    ("editable eval", "editable eval", "yours", "grid", 2),
    ("incref cython eval", "cython eval", "yours", "fast-table", 2),
    ("rust-std rust eval", "rust eval", "yours", "fast-table", 2),
    ("free yours eval", "python eval", "yours", "fast-table", 2),
    ("python set-item yours eval", "python eval", "yours", "fast-table", 2),
    ("dict-next yours eval", "python-old eval", "yours", "fast-table", 2),
    ("python append yours eval", "python append yours eval", "reached", "cpython", 3),
    ("numpy yours eval", "numpy yours-get eval", "reached", "numpy", 3),
    ("numpy eval call yours eval", "numpy call yours eval", "reached", "numpy", 3),
    ("numpy eval", "numpy eval", "upstream", "numpy", 4),
    ("numpy yours eval", "numpy eval", "upstream", "numpy", 4),
    ("openblas numpy eval", "openblas numpy eval", "upstream", "openblas", 4),
    ("atomic python eval", "incref python eval", "upstream", "cpython", 4),
    ("scipy eval", "scipy eval", "upstream", "scipy", 4),
    ("multidict eval", "incref multidict eval", "upstream", "multidict", 4),
    ("ssl eval", "ssl eval", "upstream", "libssl3t64", 4),
    ("unknown", "unknown", "upstream", "", 4),
    ("harness eval", "yours eval", "harness", "pytest-run-parallel", 1),
    ("memcpy path call eval", "yours eval", "harness", "san", 1),
    ("python append call yours eval", "python eval", "upstream", "cpython", 4),
]


@pytest.mark.parametrize("label", labelled, ids=lambda it: f"{it[0]} and {it[1]}")
def test_each_labelled_report_has_its_owner(world: Attribution, label: tuple[str, str, str, str, int]) -> None:
    first, second, kind, dist, rule = label
    owner = world.owner_of(race(first, second))
    assert (owner.kind, owner.dist, owner.rule) == (kind, dist, rule)
    assert owner.reason


def test_upstream_is_never_blamed_on_the_user(world: Attribution) -> None:
    blamed = [world.owner_of(race(first, second)).kind for first, second, kind, *_ in labelled if kind != "yours"]
    assert "yours" not in blamed


def test_swapped_stacks_have_the_same_owner(world: Attribution) -> None:
    for first, second, *_ in labelled:
        assert world.owner_of(race(first, second)).kind == world.owner_of(race(second, first)).kind


def test_packages_built_from_a_folder_are_under_test_unless_others_are_named(world: Attribution) -> None:
    assert attribution_of(world.distributions).under_test == {"grid"}
    assert attribution_of(world.distributions, ["Fast_Table"]).under_test == {"fast-table"}


def test_nothing_known_is_upstream_of_an_unknown_library() -> None:
    owner = attribution_of(Distributions(passport=Path("/nowhere"), dpkg=Path("/nowhere"))).owner_of(
        Finding("ThreadSanitizer", "data race", "data race", complete=False)
    )
    assert (owner.kind, owner.dist, owner.rule) == ("upstream", "", 4)

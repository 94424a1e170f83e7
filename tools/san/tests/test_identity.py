import io
import re
from pathlib import Path

import pytest
from mutations import CORPUS

from san.distributions import Distributions
from san.functions import plain_name
from san.identity import identify, sites_of
from san.reader import read_log

distributions = Distributions()


def identities(log: bytes) -> list[str]:
    findings = read_log(io.BytesIO(log)).findings
    return [identify(it.kind, sites_of(it, distributions)) for it in findings]


def corpus(name: str) -> bytes:
    return (CORPUS / f"{name}.txt").read_bytes()


@pytest.mark.parametrize(
    ("function", "name"),
    [
        ("bump", "bump"),
        ("bump(int*)", "bump"),
        (
            "outer::Cache<int>::add(std::string const&, std::vector<int, std::allocator<int> > const&)",
            "outer::Cache::add",
        ),
        ("Shape::~Shape()", "Shape::~Shape"),
        ("Table::size() const", "Table::size"),
        ("operator new(unsigned long)", "operator new"),
        ("Point::operator()(int) const", "Point::operator()"),
        ("bool operator< <int>(Box<int> const&, Box<int> const&)", "bool operator<"),
        ("Iterator<int>::operator->() const", "Iterator::operator->"),
        ("(anonymous namespace)::flush(int)", "(anonymous namespace)::flush"),
        ("copy_loop.constprop.0.isra.3", "copy_loop"),
        ("copy_loop.llvm.1234567890", "copy_loop"),
        ("copy_loop [clone .cold]", "copy_loop"),
        ("f[abi:cxx11]", "f"),
        ("fast::cache::Cache<K>::insert::hfedcba9876543210", "fast::cache::Cache::insert"),
        ("<alloc::vec::Vec<T,A> as core::ops::drop::Drop>::drop", "<alloc::vec::Vec as core::ops::drop::Drop>::drop"),
        ("fast::_::<impl fast::Table>::__pymethod_put__", "fast::_::__pymethod_put__"),
        ("std::function<void (int)>::operator()(int) const", "std::function::operator()"),
        ("", ""),
    ],
)
def test_names_of_functions_lose_what_a_rebuild_changes(function: str, name: str) -> None:
    assert plain_name(function) == name


@pytest.mark.parametrize("kind", ["global", "two", "vptr", "deadlock", "use-after-free", "crash"])
def test_another_compiler_gives_the_same_identity(kind: str) -> None:
    logs = [corpus(f"thread-{kind}-{it}") for it in ("14", "19", "22") if (CORPUS / f"thread-{kind}-{it}.txt").exists()]
    assert len(logs) >= 2
    assert all(identities(it) == identities(logs[0]) for it in logs)


def test_a_hundred_runs_of_one_race_have_one_identity() -> None:
    log = (Path(__file__).parent / "fixtures" / "hundred-runs.txt").read_bytes()
    assert len(identities(log)) == 100
    assert len(set(identities(log))) == 1


def test_two_neighbouring_races_have_two_identities() -> None:
    first, second = identities(corpus("thread-two-22"))
    assert first != second
    assert first == identities(corpus("thread-global-22"))[0]


@pytest.mark.parametrize("log", sorted(CORPUS.glob("*-22.txt")), ids=lambda it: it.stem)
def test_moved_lines_addresses_and_build_folders_change_no_identity(log: Path) -> None:
    text = log.read_bytes()
    moved = re.sub(rb"(\.cpp:)([0-9]+)", lambda it: it[1] + b"%d" % (int(it[2]) + 1000), text)
    moved = re.sub(rb"(in|=) ?0x[0-9a-f]+|(?<=\+)0x[0-9a-f]+", lambda it: it[0] + b"77", moved)
    moved = moved.replace(b"/src/seeded/", b"/tmp/pip-req-build-x1y2z3/").replace(b"thread T1", b"thread T7")
    assert identities(moved) == identities(text)


def test_swapped_threads_change_no_identity() -> None:
    log = corpus("shape-rust").decode()
    first, second = log.index("  Write of"), log.index("  Previous atomic")
    end = log.index("SUMMARY")
    swapped = log[:first] + log[second:end] + log[first:second] + log[end:]
    assert identities(swapped.encode()) == identities(log.encode())


def test_no_identity_is_shared_by_different_programs() -> None:
    seen: dict[str, set[str]] = {}
    for log in sorted(CORPUS.glob("address-*-22.txt")):
        for name in identities(log.read_bytes()):
            seen.setdefault(name, set()).add(log.stem)
    same = {"address-heap-overflow-22", "address-heap-write-22"}
    shared = [it for it in seen.values() if len(it) > 1]
    # Programs whose fault is of one kind in one function: lines are no part of an identity.
    assert all(len(it) <= 4 for it in shared)
    assert same not in shared

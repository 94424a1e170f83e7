"""Frame -> the distribution that its code belongs to, and the path below that distribution's root.

Who owns a file is read from what stands beside it: RECORD and direct_url.json of installed packages, the sources
that the image's passport names, and dpkg's lists. Nothing is read before the first question needs it.
"""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import cast
from urllib.parse import unquote, urlparse

from san.model import Frame

CPYTHON = "cpython"
_python_tree = re.compile(
    r"/(?:python|cpython|Python-[0-9][^/]*)/(?=(?:Include|Lib|Modules|Objects|PC|Parser|Programs|Python)/)"
)
_python_binary = re.compile(r"(?:lib)?python3?(?:\.[0-9]+t?d?)?(?:\.so(?:\.[0-9.]+)?)?")
_site_packages = re.compile(r"/(?:site|dist)-packages/")
_crate = re.compile(r"/registry/src/[^/]+/(?P<crate>.+)-[0-9]+\.[0-9]+\.[0-9]+[^/]*/")
_debian_library = re.compile(r"\.so\.[0-9]")


@dataclass(frozen=True, slots=True)
class Place:
    """Where code belongs: a distribution, empty when nobody knows, and a path below its root."""

    dist: str
    path: str


@dataclass(slots=True)
class Installed:
    """A Python package in site-packages."""

    name: str
    #: Paths below site-packages.
    files: list[str]
    #: The folder that it was built from, where that was a folder: its owner works on it.
    source: str | None = None


@dataclass
class Distributions:
    """What is known of the world that the frames come from."""

    #: site-packages folders.
    site: list[Path] = field(default_factory=list[Path])
    passport: Path = Path("/etc/pysan/passport.json")
    dpkg: Path = Path("/var/lib/dpkg/info")
    #: More folders of sources: path -> distribution. The checkout under test, as the compiler saw it.
    roots: dict[str, str] = field(default_factory=dict[str, str])

    def place_of(self, frame: Frame) -> Place:
        """The distribution of a frame. The source decides before the module: libraries are linked into others."""
        path = "" if frame.file is None else posixpath.normpath(frame.file)
        known = self._by_root(path) or self._by_tree(path)
        if known is not None:
            return known
        module = posixpath.basename(frame.module or "")
        dist = self._by_module(frame.module or "", module)
        return Place(dist, _tail(path) if path else module)

    @cached_property
    def installed(self) -> list[Installed]:
        """The packages of all site-packages folders, by name."""
        folders = [it for site in self.site for it in sorted(site.glob("*.dist-info"))]
        return [read_installed(folder) for folder in folders]

    @property
    def local(self) -> set[str]:
        """Packages that were built from a folder of their user's, editable or not."""
        return {it.name for it in self.installed if it.source is not None}

    def _by_root(self, path: str) -> Place | None:
        roots = [root for root in self._roots if path.startswith(f"{root}/")]
        root = max(roots, key=len, default=None)
        return None if root is None else Place(self._roots[root], path[len(root) + 1 :])

    @cached_property
    def _roots(self) -> dict[str, str]:
        sources = {f"/usr/src/{it}": it for it in read_sources(self.passport)}
        local = {it.source: it.name for it in self.installed if it.source is not None}
        return {**sources, **local, **{posixpath.normpath(root): name for root, name in self.roots.items()}}

    def _by_tree(self, path: str) -> Place | None:
        """By the shape of the path, for logs from machines that are not this one."""
        tree = _python_tree.search(path)
        if tree is not None:
            return Place(CPYTHON, path[tree.end() :])
        crate = _crate.search(path)
        if crate is not None:
            return Place(crate["crate"], path[crate.end() :])
        return self._by_site(path)

    def _by_site(self, path: str) -> Place | None:
        site = _site_packages.search(path)
        if site is None:
            return None
        below = path[site.end() :]
        top = below.split("/", 1)[0].split(".", 1)[0]
        return Place(self._files.get(below) or self._tops.get(top) or normal_name(top), below)

    def _by_module(self, path: str, name: str) -> str:
        if not name:
            return ""
        if _python_binary.fullmatch(name):
            return CPYTHON
        site = self._by_site(path)
        dist = site.dist if site is not None else self._libraries.get(name)
        if dist is None and _debian_library.search(name):
            dist = self._packages.get(name, name)
        return dist or ""

    @cached_property
    def _files(self) -> dict[str, str]:
        return {file: it.name for it in self.installed for file in it.files}

    @cached_property
    def _libraries(self) -> dict[str, str]:
        """ThreadSanitizer prints a module's name without its folder."""
        return {posixpath.basename(file): it.name for it in self.installed for file in it.files if ".so" in file}

    @cached_property
    def _tops(self) -> dict[str, str]:
        return {file.split("/", 1)[0].split(".", 1)[0]: it.name for it in self.installed for file in it.files}

    @cached_property
    def _packages(self) -> dict[str, str]:
        """Debian's package of each shared library's name."""
        lists = sorted(self.dpkg.glob("*.list")) if self.dpkg.is_dir() else []
        owners = ((file, file.stem.split(":", 1)[0]) for file in lists)
        return {posixpath.basename(it): name for file, name in owners for it in _lines(file) if ".so." in it}


def _tail(path: str) -> str:
    """The path below a root that nobody knows: build folders have random names, so no folder is kept."""
    below = path.lstrip("./") if path.startswith(".") else path
    return posixpath.basename(path) if path.startswith("/") else below


def normal_name(name: str) -> str:
    """A distribution's name as PEP 503 compares it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def read_installed(folder: Path) -> Installed:
    """One package by its `.dist-info` folder. What is missing there is not known; nothing is thrown."""
    name = normal_name(folder.name.removesuffix(".dist-info").rsplit("-", 1)[0])
    files = [line.rsplit(",", 2)[0].strip('"') for line in _lines(folder / "RECORD")]
    return Installed(name, [it for it in files if it], _source_of(folder / "direct_url.json"))


def _source_of(file: Path) -> str | None:
    document = _document(file)
    url = document.get("url")
    if "dir_info" not in document or not isinstance(url, str) or not url.startswith("file:"):
        return None
    return unquote(urlparse(url).path).rstrip("/") or None


def read_sources(passport: Path) -> Iterable[str]:
    """Names of the components whose sources are in the image, below /usr/src."""
    sources = _document(passport).get("sources")
    entries = cast("list[object]", sources) if isinstance(sources, list) else []
    names = [cast("dict[str, object]", it).get("name") for it in entries if isinstance(it, dict)]
    return [it for it in names if isinstance(it, str)]


def _document(file: Path) -> dict[str, object]:
    try:
        document: object = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return cast("dict[str, object]", document) if isinstance(document, dict) else {}


def _lines(file: Path) -> list[str]:
    try:
        return file.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return []

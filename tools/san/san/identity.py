"""Finding -> its identity, which survives rebuilds, moved lines and swapped threads.

`san1:` names this way of counting. Whoever changes what goes in raises the number, or baselines lie.
"""

from __future__ import annotations

import hashlib

from san.accesses import access_stacks, own_frames
from san.distributions import Distributions
from san.functions import plain_name
from san.model import Finding, Frame, Site, canonical


def sites_of(finding: Finding, distributions: Distributions) -> list[Site]:
    """Where the accesses happened, in the report's order: two of a race, one of most others."""
    stacks = access_stacks(finding)
    frames = [frames[0] for it in stacks if (frames := own_frames(it))]
    return [site_of(it, distributions) for it in frames]


def site_of(frame: Frame, distributions: Distributions) -> Site:
    """A frame in words that mean the same in the next build."""
    place = distributions.place_of(frame)
    return Site(place.dist, place.path, plain_name(frame.function or ""))


def identify(kind: str, sites: list[Site]) -> str:
    """`san1:` and 12 hex digits. Without a site a report is known by its kind alone."""
    digest = hashlib.sha256(canonical([kind, sorted(sites)]).encode()).hexdigest()
    return f"san1:{digest[:12]}"

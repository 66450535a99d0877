"""Whether two chairs' numbers were exchanged: each stepped to where the other one's had been.

The heart rate tells chairs apart best; the saturation must agree. A step is a change that came at once, from
a rate that had settled to one that stays. Two chairs are suspected when both stepped at about the same time
and crosswise. Suspicion ends when they step back, when a visit ends, or when somebody checked.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import combinations

import msgspec
from msgspec.structs import replace

from monitor.limits import SwapRule
from monitor.terms import Vital

FOLLOW_S = 30.0
"""How slowly a settled level follows what is measured."""


class Step(msgspec.Struct, frozen=True):
    """A heart rate that went from one level to another at once, with the saturations of both."""

    before: float
    after: float
    at_s: float
    """Monotonic."""
    spo2_before: float | None = None
    spo2_after: float | None = None


class Track(msgspec.Struct, frozen=True, omit_defaults=True):
    """Where one chair's numbers stand; times are monotonic seconds."""

    rate: float | None = None
    """The settled heart rate …"""
    since_s: float = 0.0
    """… and since when it is."""
    heard_s: float = 0.0
    trying: float | None = None
    """Another rate, that may become the settled one …"""
    trying_s: float = 0.0
    """… since this moment."""
    spo2: float | None = None
    """The settled saturation."""
    spo2_now: float | None = None
    step: Step | None = None
    partner: str = ""
    """The chair that it may have been exchanged with."""


UNTOUCHED = Track()


def watch(track: Track, vital: Vital, value: float, at_s: float, rule: SwapRule) -> Track:
    """Take in a valid heart rate or saturation."""
    if vital is Vital.SPO2:
        settled = track.spo2 if track.spo2 is not None and track.trying is not None else value
        return replace(track, spo2=settled, spo2_now=value)
    heard = replace(track, heard_s=at_s)
    if track.rate is None or at_s - track.heard_s > rule.gap_s:
        return replace(heard, rate=value, since_s=at_s, trying=None, spo2=track.spo2_now)
    if abs(value - track.rate) < rule.rate:
        share = min(1.0, max(0.0, at_s - track.heard_s) / FOLLOW_S)
        return replace(heard, rate=track.rate + share * (value - track.rate), trying=None)
    if track.trying is None or abs(value - track.trying) > rule.alike:
        return replace(heard, trying=value, trying_s=at_s)
    if at_s - track.trying_s < rule.hold_s:
        return heard
    settled_s = track.trying_s - track.since_s
    step = Step(track.rate, value, track.trying_s, track.spo2, track.spo2_now)
    return replace(
        heard,
        rate=value,
        since_s=track.trying_s,
        trying=None,
        spo2=track.spo2_now,
        step=step if settled_s >= rule.settled_s else None,
    )


def exchanged(tracks: Mapping[str, Track], now_s: float, rule: SwapRule) -> Iterator[tuple[str, str]]:
    """Yield the pairs of chairs that stepped crosswise just now."""
    recent = {
        chair: track.step
        for chair, track in tracks.items()
        if track.step is not None and now_s - track.step.at_s <= rule.apart_s + 2 * rule.hold_s
    }
    for one, other in combinations(recent, 2):
        if _crosswise(recent[one], recent[other], rule) and _crosswise(recent[other], recent[one], rule):
            yield one, other


def judge(tracks: Mapping[str, Track], now_s: float, rule: SwapRule) -> dict[str, Track]:
    """Return the tracks with their suspicions: new ones, and those that a step back or an end settles."""
    after = {
        chair: replace(track, partner="") if track.partner and _left(tracks, chair) else track
        for chair, track in tracks.items()
    }
    for one, other in exchanged(after, now_s, rule):
        back = after[one].partner == other
        for chair, partner in ((one, other), (other, one)):
            after[chair] = replace(after[chair], step=None, partner="" if back else partner)
    return after


def _left(tracks: Mapping[str, Track], chair: str) -> bool:
    """Whether the chair that this one is suspected with has nothing to do with it any more."""
    partner = tracks.get(tracks[chair].partner)
    return partner is None or partner.partner != chair


def _crosswise(one: Step, other: Step, rule: SwapRule) -> bool:
    """Return whether one chair came to where the other one had been, at about the same time."""
    if abs(one.at_s - other.at_s) > rule.apart_s or abs(one.after - other.before) > rule.alike:
        return False
    spo2 = (one.spo2_after, other.spo2_before)
    return None in spo2 or abs((spo2[0] or 0.0) - (spo2[1] or 0.0)) <= rule.alike_spo2

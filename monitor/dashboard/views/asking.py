"""What a form says before an act is confirmed, and whether that still holds when it is."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from monitor.dashboard.views import retold, words
from monitor.dashboard.views.acts import ActForm, Target, form_of
from monitor.dashboard.views.baseline import baseline_view
from monitor.dashboard.views.readings import reading_rows
from monitor.language import t
from monitor.store.snapshot import ChairView, SessionView
from monitor.terms import Phase

AGAIN = "A new reading has come: the median is now {now}, it was {before}. Please look again."
LEAVING = frozenset({"assessed", "escort", "override_reason"})
"""What is asked of a patient who leaves straight from recovery."""


class Asked(NamedTuple):
    """A form as it is opened."""

    target: Target
    """What confirming it does; for a baseline with the median that the operator sees."""
    form: ActForm
    said: tuple[str, ...] = ()
    """The facts that the operator should read in it."""


def asking(target: Target, chair: ChairView) -> Asked:
    """Return the form of an act on a chair."""
    session = chair.session
    form = form_of(target)
    match target.act:
        case "confirm_baseline" if session is not None:
            view = baseline_view(chair, session)
            said = (
                *view.readings,
                t("Median of {n}: {median} mmHg", n=len(view.readings), median=view.median),
            )
            return Asked(target._replace(subject=view.median), form, said)
        case "start" if session is not None:
            return _starting(target, session)
        case "mark_ready" | "finish" if session is not None and session.phase == Phase.RECOVERY:
            said = (t("Still missing: {what}.", what=_listed(session.leave_missing)),)
            return Asked(target, form_of(target, LEAVING), said if session.leave_missing else ())
        case "finish" if session is not None and session.leave_missing:
            said = (
                t(
                    "Changed since the patient was ready to leave: {what}.",
                    what=_listed(session.leave_missing),
                ),
            )
            return Asked(target, form_of(target, {"override_reason"}), said)
        case "extend" if session is not None:
            return Asked(target, form, (t("Planned now: {n} min.", n=words.planned(session)),))
        case "entered_in_error":
            struck = (f"{row.at} {row.value} mmHg" for row in reading_rows(chair) if row.strike == target)
            return Asked(target, form, tuple(struck))
        case _:
            return Asked(target, form)


def _starting(target: Target, session: SessionView) -> Asked:
    """The form of a start: what the gate says, and what it asks for."""
    asked = {"without_baseline"} if session.baseline is None else set()
    said = (
        []
        if session.baseline is None
        else [t("Baseline {base} mmHg.", base=words.pressure(*session.baseline[:2]))]
    )
    if session.start_caution:
        said.append(t("Caution: {what}.", what=_listed(session.start_caution)))
    if session.start_needs:
        said.append(
            t("Only anesthesia starts now, with a reason: {listed}.", listed=_listed(session.start_needs))
        )
        asked.add("override_reason")
    return Asked(target, form_of(target, asked), tuple(said))


def outdated(target: Target, chair: ChairView) -> str:
    """Return why the form that was confirmed no longer tells the truth; empty while it does."""
    session = chair.session
    if target.act != "confirm_baseline" or session is None:
        return ""
    median = baseline_view(chair, session).median
    if median == target.subject:
        return ""
    return t(AGAIN, now=median, before=target.subject)


def _listed(what: Iterable[str]) -> str:
    return ", ".join(map(retold.gate, what))

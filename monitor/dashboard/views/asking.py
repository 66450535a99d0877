"""What a form says before an act is confirmed, and whether that still holds when it is."""

from __future__ import annotations

from typing import NamedTuple

from monitor.dashboard.views import words
from monitor.dashboard.views.acts import ActForm, Target, form_of
from monitor.dashboard.views.baseline import baseline_view
from monitor.dashboard.views.readings import reading_rows
from monitor.store.snapshot import ChairView


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
    form = form_of(target, baseline=session is not None and session.baseline is not None)
    match target.act:
        case "confirm_baseline" if session is not None:
            view = baseline_view(chair, session)
            said = (*view.readings, f"Median of {len(view.readings)}: {view.median} mmHg")
            return Asked(target._replace(subject=view.median), form, said)
        case "start" if session is not None and session.baseline is not None:
            return Asked(target, form, (f"Baseline {words.pressure(*session.baseline[:2])} mmHg.",))
        case "entered_in_error":
            struck = (f"{row.at} {row.value} mmHg" for row in reading_rows(chair) if row.strike == target)
            return Asked(target, form, tuple(struck))
        case _:
            return Asked(target, form)


def outdated(target: Target, chair: ChairView) -> str:
    """Return why the form that was confirmed no longer tells the truth; empty while it does."""
    session = chair.session
    if target.act != "confirm_baseline" or session is None:
        return ""
    median = baseline_view(chair, session).median
    if median == target.subject:
        return ""
    return f"A new reading has come: the median is now {median}, it was {target.subject}. Please look again."

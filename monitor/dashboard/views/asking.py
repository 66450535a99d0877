"""What a form says before an act is confirmed."""

from __future__ import annotations

from monitor.dashboard.views import words
from monitor.dashboard.views.acts import ActForm, Target, form_of
from monitor.dashboard.views.baseline import baseline_view
from monitor.dashboard.views.readings import reading_rows
from monitor.store.snapshot import ChairView


def asking(target: Target, chair: ChairView) -> tuple[ActForm, tuple[str, ...]]:
    """Return the form of an act on a chair, and the facts that the operator should see in it."""
    session = chair.session
    form = form_of(target, baseline=session is not None and session.baseline is not None)
    match target.act:
        case "confirm_baseline" if session is not None:
            view = baseline_view(chair, session)
            return form, (*view.readings, f"Median of {len(view.readings)}: {view.median} mmHg")
        case "start" if session is not None and session.baseline is not None:
            systolic, diastolic, _ = session.baseline
            return form, (f"Baseline {words.pressure(systolic, diastolic)} mmHg.",)
        case "entered_in_error":
            return form, tuple(
                f"{row.at} {row.value} mmHg" for row in reading_rows(chair) if row.strike == target
            )
        case _:
            return form, ()

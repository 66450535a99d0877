"""Anything that people do and devices say, for the clinic machine: hypothesis strategies."""

from __future__ import annotations

from hypothesis import strategies as st

from devices.model import Validity
from monitor.sessions import actions
from monitor.terms import Priority

CHAIRS = ("1", "2")
CONDITIONS = (
    "sbp_high",
    "dbp_high",
    "sbp_low",
    "spo2_low",
    "hr_high",
    "no_data_spo2",
    "probe_off",
    "clock_step",
)

seconds = st.sampled_from([0.5, 1.0, 1.0, 1.0, 5.0, 12.0, 16.0, 31.0, 61.0, 121.0, 181.0, 400.0])
chairs = st.sampled_from(CHAIRS)
reasons = st.sampled_from(["seen", "seen", "seen", ""])
pressures = st.sampled_from(
    [
        (118, 74),
        (124, 76),
        (152, 92),
        (163, 99),
        (172, 104),
        (176, 104),
        (182, 108),
        (186, 112),
        (191, 108),
        (197, 123),
        (206, 118),
        (84, 52),
        (76, 44),
        (190, 150),
    ]
)
validities = st.sampled_from([Validity.VALID, Validity.VALID, Validity.VALID, Validity.QUESTIONABLE])
saturations = st.sampled_from([98.0, 97.0, 98.0, 93.0, 88.0, 84.0, 78.0, None])
rates = st.sampled_from([70.0, 72.0, 71.0, 104.0, 126.0, 146.0, 44.0, 36.0])

plain_acts = st.one_of(
    st.builds(actions.Seat, st.just("JD"), st.sampled_from([True, True, False])),
    st.builds(actions.Pause),
    st.builds(actions.Resume),
    st.builds(actions.End),
    st.builds(actions.BeginBaseline),
    st.builds(actions.ConfirmBaseline),
    st.builds(actions.Start, st.booleans(), reasons),
    st.builds(actions.MarkReady, st.booleans(), st.booleans(), reasons),
    st.builds(actions.Finish, st.booleans(), st.booleans(), reasons),
    st.builds(actions.Abort, reasons),
    st.builds(actions.Extend, st.integers(0, 31), reasons),
    st.builds(actions.Standby, reasons, st.sampled_from([1, 5, 60])),
    st.builds(actions.EndStandby),
    st.builds(actions.AssignNurse, st.sampled_from(["nina", "leo", "ruiz"])),
    st.builds(actions.HandOver, st.sampled_from(["nina", "leo"])),
    st.builds(actions.Mark, st.sampled_from(["nausea", "rain"])),
    st.builds(actions.SetLimbs, st.sampled_from([None, "left", "nose"]), st.sampled_from([None, "left arm"])),
    st.builds(
        actions.ManualCuff,
        st.sampled_from([119.0, 168.0, 184.0, 203.0, 60.0]),
        st.sampled_from([75.0, 104.0]),
    ),
    st.builds(
        actions.ChangeLimit,
        st.sampled_from(["sbp_high", "dbp_high", "spo2_low"]),
        st.sampled_from(list(Priority)),
        reasons,
        st.sampled_from([None, 88.0, 95.0, 150.0, 170.0, 175.0, 190.0, 250.0]),
    ),
    st.builds(actions.ResetLimits),
    st.builds(actions.StartCuff),
    st.builds(actions.CancelCuff),
)
quiet_acts = st.one_of(
    st.builds(actions.PauseAudio),
    st.builds(actions.ResumeAudio),
    st.builds(actions.AlarmOff, st.sampled_from(CONDITIONS), reasons),
    st.builds(actions.AlarmOn, st.sampled_from(CONDITIONS)),
)

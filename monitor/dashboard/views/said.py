"""What the monitor says in English with names and numbers in it, by its gaps.

A gap's name tells what stands in it (`retold.PATTERNS`, `retold.VERBATIM`); a more exact text stands before
one that would fit too.
"""

from __future__ import annotations

REFUSALS = (
    "A baseline needs {n} valid readings a minute or more apart; there is {count} so far.",
    "A label has 1 to {most} characters; this one has {n}.",
    "A series code has 1 to 20 characters of A–Z, a–z, 0–9 and -; this one has {n}.",
    "A word to the nurse has 1 to {most} characters in one line; this one has {n}.",
    "Already acknowledged by {who} {n} s ago. Take it over instead.",
    "Already acknowledged by {who} {n} s ago.",
    "Already switched off by {who}.",
    "Anesthesia accepts a pressure that is too high. Acknowledge it to quiet the room.",
    "Chair {chair} has changed: this was meant for another visit. Nothing was done.",
    "Chair {chair} is not on standby.",
    "Chair {chair} is taken by {label}; finish that visit first.",
    "Confirm two identifiers with the patient before seating.",
    "No alarm sounds on this chair; there is nothing to pause.",
    "No cuff of chair {chair} may be started from here.",
    "No limit of {label} was changed.",
    "No {role} is called for this alarm now.",
    "Nobody has called back to chair {chair}.",
    "Nobody has this alarm yet; acknowledge or accept it.",
    "Nobody sits on chair {chair}.",
    "Not without a reason from anesthesia; changed since ready to leave: {listed}.",
    "Not without a reason from anesthesia; still missing: {listed}.",
    "Only a nurse or anesthesia may act; {who} is signed in as {role}.",
    "Only anesthesia changes a patient's limits; {who} is signed in as {role}.",
    "Only anesthesia starts now, with a reason: {listed}.",
    "Say where at least one of IV line, cuff and oximeter sits.",
    "Systolic must lie above diastolic; got {pressure}.",
    "The baseline is not confirmed. Confirm it, or start without one: relative limits then stay off.",
    "The cuff of {device} is at work already.",
    "The cuff sits on the arm of the IV line; move it, and say so under “IV, cuff and probe”.",
    "The monitor failed while doing this; look at the chair before you try again.",
    "The sound of this chair is not paused.",
    "There is no chair {chair} in this clinic.",
    "There is no limit {limit}.",
    "There is no nurse {name} in this clinic; expected one of {names}.",
    "This alarm has ended.",
    "This alarm has risen from {before} to {now}; look at it again.",
    "This tap came too late; look at the patient, and start the cuff again.",
    "This value is not among the chair's pressures, or was struck before.",
    "Unknown event {got}; expected one of {names}.",
    "Unknown priority {got}; expected one of {names}.",
    "You have rejected this alarm already; whoever is next is called.",
    "You have this alarm already.",
    "{act} is possible in {phases}; {here}.",
    "{alarm} cannot be switched off.",
    "{alarm} is not switched off.",
    "{alarm} is of high priority; what is high cannot be switched off.",
    "{alarm} is of {priority} priority; only anesthesia may switch it off.",
    "{device} is not connected; take the pressure by hand.",
    "{limit}: expected {low} to {high}, got off; what sounds stays on.",
    "{limit}: expected {where} {bound}, a limit of the other side, got {value}.",
    "{limit}: expected {where} {bound}, the {other} limit, got {value}.",
    "{limit}: this limit is not changed for one patient.",
    "{n} minutes ago this patient was not seated yet.",
    "{what}: expected {low} to {high}, got {value}.",
    "{what}: expected one of {listed}; got {got}.",
    "{what} has at most {most} characters; this one has {n}.",
    "{what} is needed.",
    "{who} has accepted this alarm; only anesthesia takes it over.",
    "{who} is the nurse of chair {chair} already.",
    "{who} is the nurse of chair {chair}, and hands it over.",
)
"""What the monitor answers to an act that it refuses."""
FIELDS = (
    *("Planned minutes", "Planned minutes with the extension", "Weight in kg", "Dose in mg/kg"),
    *("Minutes more", "Minutes of standby", "Minutes ago", "Severity", "A reason", "A note"),
    *("Systolic pressure in mm[Hg]", "Diastolic pressure in mm[Hg]", "Pulse rate per minute"),
    *("IV arm", "Cuff", "Oximeter"),
)
"""What a refusal is about."""
HERE = ("nobody sits on chair {chair}", "chair {chair} is in {phase}")
LIMITS = ("{vital} {side}, {priority}", "{vital} {side}")

GATES = (
    "{which} {pressure} ≥ {bound}",
    "no pressure yet",
    "cuff on the IV arm",
    "no valid {vital}",
    "valid {vital}",
    "baseline to compare with",
    "two pressures {n} min apart",
    "a pressure {n} min after {pressure}",
    "pressure {pressure} below {bound}",
    "pressure {pressure} within {n} % of {bound}",
    "end of the alarm",
    "end of {n} alarms",
    "{n} more min",
    "{vital} {value} < {bound} %",
    "{vital} {value} {sign} {bound}",
    "{vital} ≥ {value} %",
    "{vital} {low}–{high}",
    "assessment",
    "escort",
)
"""What stands in the way of a start or of leaving, and what is missing."""

RECORD = (
    "override: {reason} ({listed})",
    "confirmed: {listed}",
    "caution: {listed}",
    "without baseline",
    "planned {n} min",
    "two identifiers confirmed",
    "{pressure}, HR {value}, {n} readings",
    "{pressure}, {n} readings",
    "{value} kg",
    "{value} mg/kg",
    "{limit} {was} → {becomes}: {reason}",
    "{limit} {was} → {becomes}",
    "{n} s for {alarms}",
    "{alarm} ({priority})",
    "{device}, repeat",
    "{option}, {n} min",
    "IV {limb}",
    "cuff {limb}",
    "oximeter {limb}",
)
"""What the record adds to an act."""

ALARMS = (
    "{device} lost",
    "{device}: its clock {n} s {fast}",
    "{device}: its gateway's clock {n} s {fast}",
    "{vital} no data {n} s",
    "pressure overdue {n} min",
    "infusion {n} min over",
    "no baseline",
    "clock stepped back {n} s",
    "clock set forward {n} s",
    "SpO₂ probe off",
    "SpO₂ has not moved for {n} min",
    "HR has not moved for {n} min",
    "HR sources differ",
    "cuff not plausible, repeat cuff",
    "cuff on the IV arm ({limb})",
    "cuff started by {who}: no result in {n} s, cancelled",
    "numbers of chairs {chair} and {other_chair} may be swapped: check",
    "not judged: monitor fault",
    "no station can sound",
    "session ended",
    "entered in error",
    "not confirmed",
    "alarm off",
    "{vital} {value}",
    "{vital} {value}, limit {bound}",
)
"""Alarms about the equipment, and why an alarm ended."""

CHOSEN = (
    *("With another patient", "Not my patient", "Cannot leave the room", "On a break"),
    *("Sensor is being moved", "Known and being treated", "Measured in another way"),
    *("Equipment is being mended", "On my way", "Call me", "Repeat the cuff", "I will look at the screen"),
)
"""What people choose on the live pages in place of writing it."""

NOTICES = (
    "The disk of the journal is nearly full: {n} MB left.",
    "The broker {place} is not reached; its devices are not heard.",
    "The clock was set {way} by {n} s.",
    "Chair {chair} could not be judged; the monitor's log says why.",
    "{channel} cannot be told: {error}",
)
"""What stands at the top of every screen."""

LINKS = (
    "nothing received for {n} s",
    "waiting for {place}",
    "waiting on {place} for {name}",
    "{place} hung up",
    "{place} says offline",
    "its gateway says offline: {detail}",
    "its gateway says offline",
    "its gateway says degraded",
    "its gateway is offline",
    "the cable was pulled",
    "{place}: the line ended: cable or device unplugged",
    "{place}: subscription to {name} refused: {error}",
    "{place}: refused: {error}",
    "{place}: disconnected: {error}",
    "cannot listen on {place}: {error}",
    "fault while opening {place}: {error}",
    "fault in the adapter: {error}",
    "refused: simulated data on a chair that is not simulated",
)
"""Why a device stands as it does."""

AUDIT = (
    *("signed in", "signed out", "session ended", "unlocked", "refused", "wrong PIN"),
    *("user made", "user changed", "user changed, with a new PIN", "user disabled", "user enabled"),
    *("wall link made", "wall link revoked", "channel tried", "clinic.toml saved", "port listened to"),
)
"""What was done, in the audit."""
AUDITED = (
    "switched to {name}",
    "switched from {name}",
    "{n} in a row, locked for {most} s",
    "its time was up, or its user may not sign in any more",
    "in force after a restart",
    "wall display {name}",
    "{name}, with patient labels",
    "{name}: sent",
    "{name}: failed: {error}",
    "{detail}: {door}",
    "{name}: {detail}, {role}",
)
"""What the audit adds to it."""

TROUBLE = (
    "Not done. {trouble}",
    "{place}: cannot be written ({error}). Free space on this disk; it is tried again.",
    "{place}: another process holds the file ({error}). Stop it and start again.",
    (
        "{place}: the file is damaged ({error}). Stop the clinic, put the newest copy made by "
        "`chairside backup` in its place, and start again."
    ),
    "{place}: cannot be opened ({error}). Expected a file in a folder we may write.",
    "A secret in the file is written in a way that this page cannot hide. Edit it there.",
    "Somebody else has changed the file meanwhile. Load this page again.",
    "The file cannot be written ({error}). Nothing was changed.",
    "The file cannot be read ({error}).",
    "The file is no TOML ({error}). Mend it there.",
    "{place}: expected a port of this computer that no device uses.",
    "expected {low} to {high} digits, found {n} characters",
    "{place} is being listened to; wait until that is done.",
)
"""What cannot be done now, for whoever runs the clinic."""

DOOR = (
    "This clinic is served to localhost only, until TLS or a proxy is configured.",
    "Sign in first.",
    "Refused: the request does not come from a page of this clinic.",
    "Refused: the page is out of date. Load it again.",
    "The role {role} may not do this.",
    "Locked: nobody acted here for a while. Give your PIN.",
    "Refused: too many pages are open with this sign-in.",
)
"""What the audit keeps of those who were not let in."""

PORTS = (
    "no USB adapter",
    "{place}: silent",
    "  is the device on, and its output switched on? docs/devices.md",
    "{place}: {n} bytes at {line}, of no kind that is known",
    "{place}: {names} at {line}: what comes does not tell which",
    "  read the name on the device, and pull the finger out once; then name it with --kind",
    "{place}: {name} at {line}, confidence {share}",
    "  another program has it open: a monitor, a gateway or a terminal; stop that first",
    "  plug the adapter in, or look at the name: chairside devices lists what is there",
)
"""What a serial port of this computer is, and who was heard there."""

FAULTS = ("{place}: expected {expected}, found {found}; {remedy}",)
"""What is wrong with a configuration."""
EXPECTED = (
    "a number {low}–{high}",
    "a number {low}–{high} {unit}",
    'a number {low}–{high}, or "off"',
    'a number {low}–{high} {unit}, or "off"',
    "a whole number {low}–{high}",
    "numbers {low}–{high}",
    "two numbers, the lower one first",
    "a number",
    "a table",
    "at most {value}, as {name}",
    "{value} s or more",
    "{where} {value}, the limit of {priority}",
    "{where} {value}, the limit",
    "every limit below {value}, the lowest of {name}_high",
)
REMEDIES = (
    "did you mean {name}?",
    "take it out",
    "mend that line",
    "no {name} beyond that would be measured",
    "put the limits in order",
    "put it beyond the limit",
    "leave room between the two sides",
    "put the two in order",
    "put repeat_s, decide_s and running_cuff_s in order",
    "clear an alarm at a smaller chance than raises it",
    "change it: {detail}",
)
"""What was expected of a limit, and what to do about it."""

LIVE = (*GATES, *ALARMS, *NOTICES, *LINKS)
"""What the live script retells."""

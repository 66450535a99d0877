"""Every key of clinic.toml in one literal table: its type, its default and a line of help.

docs/configuration.md shows the same table; a house test compares the two.
"""

from __future__ import annotations

import math
import re
import zoneinfo
from collections.abc import Callable, Collection
from dataclasses import dataclass
from enum import Enum

from devices.model import MetricCode
from monitor.language import LANGUAGES
from monitor.limits import RESPONSES, Estimator
from monitor.terms import LIMBS, Role


@dataclass(frozen=True, slots=True)
class Shape:
    """What a value must be: in words, and as a test."""

    words: str
    accepts: Callable[[object], bool]
    off: bool = False
    """`"off"` will do as well."""


class Absent(Enum):
    """What it means that a key is not there, where no default value can say it."""

    REQUIRED = "required"
    NONE = "none"
    INHERITED = "inherited"
    """As in the preset that this one builds on."""


REQUIRED, NONE, INHERITED = Absent.REQUIRED, Absent.NONE, Absent.INHERITED


@dataclass(frozen=True, slots=True)
class Key:
    """One key of one table."""

    name: str
    shape: Shape
    default: object
    help: str
    secret: bool = False
    """Its value is never printed."""


def _number(low: float, high: float, unit: str = "") -> Shape:
    words = f"a number {low:g}–{high:g}{unit and ' ' + unit}"
    return Shape(words, lambda v: _is_number(v) and low <= v <= high)  # type: ignore[operator]


def _or_off(shape: Shape) -> Shape:
    return Shape(f'{shape.words}, or "off"', lambda v: v == "off" or shape.accepts(v), off=True)


def _whole(low: int, high: int) -> Shape:
    return Shape(
        f"a whole number {low}–{high}",
        lambda v: isinstance(v, int) and not isinstance(v, bool) and low <= v <= high,
    )


def _rising(words: str, low: float, high: float) -> Shape:
    """As many numbers as the first word says, none below the one before it."""
    count = {"two": 2, "three": 3, "four": 4}[words.split()[0]]

    def accepts(value: object) -> bool:
        if not isinstance(value, list) or len(value) != count or not all(map(_is_number, value)):
            return False
        return [low, *value, high] == sorted([low, *value, high])

    return Shape(f"{words} {low:g}–{high:g}, rising", accepts)


def _text(longest: int) -> Shape:
    return Shape(
        f"text of 1–{longest} characters",
        lambda v: isinstance(v, str) and bool(v.strip()) and len(v) <= longest and v.isprintable(),
    )


def _one_of(names: Collection[str]) -> Shape:
    return Shape(" | ".join(names), lambda v: isinstance(v, str) and v in names)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


_IDENTIFIER = re.compile(r"[a-z0-9-]{1,32}")
_LINE = re.compile(r"[1-9]\d{2,6} [78][NEO][12]")

YES_NO = Shape("true | false", lambda v: isinstance(v, bool))
EVENTS = ("escalated", "no_station", "monitor_fault")
"""What may be told outside the screen."""

MATCHES = ("sender", "application", "facility", "equipment", "filler")
"""What may name the device of an HL7 message."""

EVENT_LIST = Shape(
    f"a list of {' | '.join(EVENTS)}",
    lambda v: isinstance(v, list) and all(isinstance(item, str) and item in EVENTS for item in v),
)
IDENTIFIER = Shape(
    "1–32 characters of a–z, 0–9 and -",
    lambda v: isinstance(v, str) and _IDENTIFIER.fullmatch(v) is not None,
)
LINE = Shape(
    "speed and frame, such as 19200 8O1",
    lambda v: isinstance(v, str) and _LINE.fullmatch(v) is not None,
)
TEXT_LIST = Shape(
    "a list of text",
    lambda v: isinstance(v, list) and all(isinstance(item, str) for item in v),
)
PAIR = Shape(
    "two numbers 0–100, systolic and diastolic",
    lambda v: isinstance(v, list) and len(v) == 2 and all(_is_number(n) and 0 <= n <= 100 for n in v),
)
POSITIVE_PAIR = Shape(
    "two numbers 1–400, systolic and diastolic",
    lambda v: isinstance(v, list) and len(v) == 2 and all(_is_number(n) and 1 <= n <= 400 for n in v),
)
SHARE = _number(0.0, 0.5)
CHANCE = _number(0.01, 0.99)
RANGE = Shape(
    "two numbers, the lower one first",
    lambda v: isinstance(v, list) and len(v) == 2 and all(map(_is_number, v)) and v[0] < v[1],
)
NUMBER = Shape("a number", _is_number)
NAME = _text(64)
PATH = Shape("a path", _text(1024).accepts)

POINTER = Shape(
    "a JSON pointer such as /bp/sys",
    lambda v: isinstance(v, str) and 2 <= len(v) <= 200 and v.startswith("/") and v.isprintable(),
)
MARKS = Shape(
    "a list of numbers and text",
    lambda v: isinstance(v, list) and all(_is_number(item) or isinstance(item, str) for item in v),
)
ZONE = Shape(
    "a time zone such as Europe/Vienna",
    lambda v: isinstance(v, str) and v in zoneinfo.available_timezones(),
)
CONTINUOUS = tuple(code.value for code in MetricCode if code is not MetricCode.NIBP)

BAND = "limits.PRESET.VITAL_SIDE.PRIORITY"
SIDE = "limits.PRESET.VITAL_SIDE"
PRESET = "limits.PRESET"
START_GATE = "limits.PRESET.start_gate"
LEAVE_GATE = "limits.PRESET.leave_gate"
QUALITY = "limits.PRESET.quality"
PRESSURE_RULE = "limits.PRESET.pressure_rule"
PRESSURE_FILTER = "limits.PRESET.pressure_filter"
CHANNEL = "notify.channel"
MAPPED_VALUE = "mapping.value"
MAPPED_CUFF = "mapping.cuff"
ALARM_TOPICS = "notify.mqtt"
GATEWAY_DEVICE = "gateway.device"

TABLES: dict[str, tuple[Key, ...]] = {
    "clinic": (
        Key("name", NAME, REQUIRED, "The clinic's name, as screens and records show it."),
        Key("site", IDENTIFIER, "clinic", "This clinic in MQTT topics: `chairside/v1/{site}/…`."),
        Key("language", _one_of(LANGUAGES), "en", "What screens speak until somebody chooses."),
    ),
    "server": (
        Key("host", _text(253), "127.0.0.1", "Address that the dashboard listens on."),
        Key("port", _whole(1, 65535), 8050, "TCP port that the dashboard listens on."),
        Key("behind_proxy", YES_NO, False, "A TLS-terminating proxy stands in front of the dashboard."),
        Key("tls_certificate", PATH, NONE, "Certificate chain, PEM; together with `tls_key`."),
        Key("tls_key", PATH, NONE, "Private key, PEM."),
        Key("idle_lock_min", _number(1, 240, "min"), 10.0, "Idle so long, acting asks for the PIN."),
        Key("session_max_hours", _number(1, 168, "h"), 12.0,
            "So long after signing in, the PIN is asked for; a wall display stays."),
    ),
    "store": (
        Key("path", PATH, "var", "Folder of the databases and records, relative to this file."),
    ),
    "mqtt": (
        Key("host", _text(253), "127.0.0.1", "The broker that devices and gateways publish to."),
        Key("port", _whole(1, 65535), 1883, "The broker's TCP port."),
        Key("client_id", _text(64), "chairside-monitor", "Names the persistent session on the broker."),
        Key("username", _text(128), NONE, "Name to sign in to the broker with."),
        Key("password_file", PATH, NONE, "File whose first line is the broker's password."),
        Key("tls", YES_NO, False, "Speak TLS to the broker."),
        Key("ca_file", PATH, NONE, "Certificate authority of the broker, PEM; else the system's."),
        Key("password_env", _text(128), NONE, "Environment variable that holds the password instead."),
        Key("certificate", PATH, NONE, "Our own certificate, PEM, for a broker that asks; with `key`."),
        Key("key", PATH, NONE, "Its private key, PEM."),
        Key("protocol", _one_of(("auto", "3.1.1", "5")), "auto", "Version of MQTT; `auto` tries 5 first."),
    ),
    "hl7": (
        Key("listen", _text(64), "127.0.0.1:2575", "Address and TCP port where monitors call with HL7."),
        Key("peers", TEXT_LIST, [], "Who may call: addresses, or networks such as `10.1.2.0/24`."),
        Key("match", _one_of(MATCHES), "sender",
            "What names the device: MSH-3/MSH-4, one of the two, OBX-18, or OBR-3."),
        Key("zone", ZONE, NONE, "Of times that have no zone, such as `Europe/Vienna`."),
    ),
    "gateway": (
        Key("site", IDENTIFIER, REQUIRED, "The clinic's `site`, second part of every topic."),
        Key("id", IDENTIFIER, REQUIRED, "Names this gateway, third part of its topics."),
        Key("outbox", PATH, "outbox.db", "File that keeps what no monitor has on disk yet."),
        Key("keep_h", _number(1, 720, "h"), 72.0, "So long it is kept; then given up, loudly."),
        Key("most_mb", _whole(1, 100_000), 512, "So many megabytes of it; the oldest are given up first."),
    ),
    GATEWAY_DEVICE: (
        Key("id", IDENTIFIER, REQUIRED, "Fourth part of its topics: small letters, digits, hyphens."),
        Key("kind", NAME, REQUIRED, "Its protocol; `chairside decode --list` names all."),
        Key("name", NAME, NONE, "What people call the device; else its id."),
        Key("port", PATH, REQUIRED, "Serial port: `/dev/ttyUSB0`, `COM3` or `socket://host:port`."),
        Key("line", LINE, NONE, "Settings of its serial line where its kind's do not fit: `19200 8O1`."),
        Key("metrics", TEXT_LIST, [], "Which of its metrics to send; else all."),
        Key("accept_doubt", YES_NO, False, "Use a kind of which something is not known for sure."),
    ),
    "schedule": (
        Key("baseline_min", _number(1, 60, "min"), 2.0, "Between cuff readings before the start."),
        Key("infusion_min", _number(1, 60, "min"), 5.0, "Between cuff readings in the infusion."),
        Key("recovery_min", _number(1, 60, "min"), 15.0, "Between cuff readings in recovery."),
        Key("after_high_min", _number(1, 60, "min"), 2.5,
            "After a pressure that is high or within its deadband, until two in a row lie below."),
        Key("longest_infusion_min", _number(60, 240, "min"), 90.0,
            "So long may an infusion be planned for, with its extensions."),
        Key("cuff_timeout_s", _number(60, 300, "s"), 180.0,
            "A cuff that was started from here and gives no result by then is cancelled, with an alarm."),
    ),
    "response": (
        Key("preset", _one_of(tuple(RESPONSES)), "yale", "The cohort whose response is expected."),
        Key("systolic", _number(0, 60, "mm[Hg]"), INHERITED,
            "Mean rise over the baseline at the end of the infusion."),
        Key("systolic_sd", _number(0, 60, "mm[Hg]"), INHERITED, "Its standard deviation."),
        Key("diastolic", _number(0, 60, "mm[Hg]"), INHERITED, "The mean rise, diastolic."),
        Key("diastolic_sd", _number(0, 60, "mm[Hg]"), INHERITED, "Its standard deviation."),
        Key("heart_rate", _number(0, 60, "/min"), INHERITED, "The mean rise of the heart rate."),
        Key("heart_rate_sd", _number(0, 60, "/min"), INHERITED, "Its standard deviation."),
        Key("rise_min", _number(1, 240, "min"), INHERITED, "Time constant of the rise."),
        Key("decay_min", _number(1, 240, "min"), INHERITED, "Time constant of the return."),
        Key("systolic_rest_sd", _number(0, 60, "mm[Hg]"), INHERITED,
            "Spread of one systolic reading against the baseline, without any drug."),
        Key("diastolic_rest_sd", _number(0, 60, "mm[Hg]"), INHERITED, "The same, diastolic."),
        Key("heart_rate_rest_sd", _number(0, 60, "/min"), INHERITED, "The same of the heart rate."),
        Key("deviations", _number(0.5, 3), INHERITED, "Half the width of the corridor, in deviations."),
    ),
    "notify": (
        Key("min_priority", _one_of(("low", "medium", "high")), "high",
            "The lowest priority of an escalated alarm that is told."),
        Key("events", EVENT_LIST, list(EVENTS), "What is told."),
        Key("repeat_s", _number(30, 3600, "s"), 120.0, "An alarm that stays unanswered is told again after."),
        Key("no_station_s", _number(10, 600, "s"), 30.0,
            "With a patient in a chair, no station that can sound for so long is an alarm."),
        Key("demo", YES_NO, False, "Tell of simulated chairs too, each text marked DEMO."),
    ),
    CHANNEL: (
        Key("name", _text(32), REQUIRED, "What screens and records call it, such as `Pager`."),
        Key("url", _text(1024), NONE, "Where to: an Apprise URL. Its secrets are never shown.", secret=True),
        Key("url_env", _text(128), NONE, "Environment variable that holds the URL instead."),
        Key("url_file", PATH, NONE, "File whose first line is the URL instead."),
    ),
    ALARM_TOPICS: (
        Key("enabled", YES_NO, False, "Publish the alarms of every chair to the broker of `[mqtt]`."),
        Key("topic", _text(120), NONE, "Root of the topics; else `chairside/{site}/alarms`."),
        Key("client_id", _text(64), "chairside-alarms", "Names this client on the broker."),
        Key("heartbeat_s", _number(1, 60, "s"), 10.0, "How often the publisher says that it is alive."),
    ),
    "chair": (
        Key("id", IDENTIFIER, REQUIRED, "Short and lasting, such as `7`; records refer to it."),
        Key("label", _text(24), NONE, "What screens call the chair; else its id."),
        Key("room", _text(24), "", "Where the chair stands."),
        Key("simulated", YES_NO, False, "Its data are simulated, and marked DEMO wherever they show."),
        Key("preset", NAME, "default", "The limits that a new session on this chair begins with."),
    ),
    "device": (
        Key("id", IDENTIFIER, REQUIRED, "Short and lasting; records refer to it."),
        Key("kind", NAME, REQUIRED, "Its protocol; `chairside decode --list` names all."),
        Key("chair", IDENTIFIER, REQUIRED, "The chair that it is connected to."),
        Key("name", NAME, NONE, "What screens call the device; else its id."),
        Key("port", PATH, NONE, "Serial port: `/dev/ttyUSB0`, `COM3` or `socket://host:port`."),
        Key("line", LINE, NONE, "Settings of its serial line where its kind's do not fit: `19200 8O1`."),
        Key("topic", _text(120), NONE, "MQTT topic: `chairside/v1/{site}/{gateway}/{device}`."),
        Key("sender", NAME, NONE, "What names it in HL7 messages, such as `GW/ICU`."),
        Key("mapping", IDENTIFIER, NONE, "The `[[mapping]]` by which its messages are read."),
        Key("period_s", _number(0.2, 30, "s"), NONE, "Between its values, where its kind's does not fit."),
        Key("metrics", TEXT_LIST, [], "Which of its metrics to use; else all."),
        Key("accept_doubt", YES_NO, False, "Use a kind of which something is not known for sure."),
        Key("allow_cuff", YES_NO, False, "Let nurses and anesthesia start and cancel its cuff from here."),
        Key("limb", _one_of(LIMBS), NONE, "Where its cuff or probe sits; unless staff say otherwise."),
    ),
    "mapping": (
        Key("name", IDENTIFIER, REQUIRED, "What a `[[device]]` calls it."),
        Key("form", _one_of(("raw", "json", "values", "gatt")), REQUIRED,
            "Bytes of a serial line, JSON, one value a topic, or a Bluetooth value."),
        Key("topic", _text(120), NONE,
            "Where messages come below the device's topic; else `raw`, or itself."),
        Key("availability", _text(120), NONE,
            "Below the device's topic, where online or offline is said; `..` leads up."),
        Key("encoding", _one_of(("bytes", "hex", "base64")), "bytes", "How a message holds bytes."),
        Key("time", POINTER, NONE, "Where JSON says when it was measured; else on arrival."),
        Key("time_form", _one_of(("iso", "s", "ms")), "iso", "Text with a zone, or a count since 1970."),
        Key("zone", ZONE, NONE, "Of times that have no zone, such as `Europe/Vienna`."),
        Key("missing", MARKS, [], "More numbers or words that stand for no value, such as `-100`."),
    ),
    MAPPED_VALUE: (
        Key("metric", _one_of(CONTINUOUS), REQUIRED, "What is measured."),
        Key("unit", _text(32), REQUIRED, "Of the value, such as `%`, `/min` or `Cel`."),
        Key("at", POINTER, NONE, "Where it stands in JSON, such as `/spo2`."),
        Key("topic", _text(120), NONE, "Below the device's topic, in the form `values`."),
        Key("scale", _number(0.0001, 10000), 1.0, "The value is multiplied by it."),
        Key("period_s", _number(0.2, 30, "s"), 1.0, "Between two values."),
    ),
    MAPPED_CUFF: (
        Key("systolic", POINTER, REQUIRED, "Where it stands in JSON, such as `/bp/sys`."),
        Key("diastolic", POINTER, REQUIRED, "The same."),
        Key("unit", _text(32), REQUIRED, "`mm[Hg]` or `kPa`."),
        Key("mean", POINTER, NONE, "The same."),
        Key("pulse_rate", POINTER, NONE, "The rate that the cuff counted, /min."),
        Key("time", POINTER, NONE, "When it was determined."),
        Key("id", POINTER, NONE, "What is the same for as long as the result is repeated."),
    ),
    "user": (
        Key("name", IDENTIFIER, REQUIRED, "Name to sign in with."),
        Key("display", _text(64), NONE, "Name on screens and records; else the sign-in name."),
        Key("role", _one_of(tuple(Role)), REQUIRED, "What the user may do; `wall` only shows."),
        Key("pin_hash", _text(512), REQUIRED, "Hash of the PIN, from `chairside user hash`.", secret=True),
    ),
    "flood": (
        Key("count", _whole(1, 1000), 8, "More alarms than this that begin to sound in the whole clinic …"),
        Key("seconds", _number(1, 600, "s"), 60.0, "… within this time are a flood: told by number."),
    ),
    "swap": (
        Key("rate", _number(5, 100, "/min"), 15.0, "A heart rate that changes by so much at once …"),
        Key("settled_s", _number(10, 600, "s"), 60.0, "… after it was steady for so long …"),
        Key("hold_s", _number(5, 120, "s"), 15.0, "… and stays for so long, is a step."),
        Key("apart_s", _number(10, 600, "s"), 120.0, "Steps of two chairs this close in time …"),
        Key("alike", _number(1, 20, "/min"), 5.0, "… each so near to where the other one was …"),
        Key("alike_spo2", _number(0, 20, "%"), 2.0, "… with saturations so near may be an exchange."),
        Key("gap_s", _number(10, 3600, "s"), 300.0, "After a longer silence a rate is known anew."),
    ),
    PRESET: (
        Key("no_data_s", _number(0, 120, "s"), INHERITED, "No valid value so long is a technical alarm."),
        Key("probe_off_s", _number(0, 120, "s"), INHERITED, "Probe off so long is a technical alarm."),
        Key("device_lost_s", _number(0, 120, "s"), INHERITED, "Device lost so long is a technical alarm."),
        Key("technical_medium_s", _or_off(_number(0, 3600, "s")), INHERITED,
            "Standing so long in an infusion, such a technical alarm becomes medium."),
        Key("overdue_low_s", _or_off(_number(0, 3600, "s")), INHERITED,
            "A pressure overdue for so long is a technical alarm …"),
        Key("overdue_medium_s", _or_off(_number(0, 3600, "s")), INHERITED,
            "… and in an infusion, for so long, a medium one."),
        Key("overrun_low_s", _or_off(_number(0, 7200, "s")), INHERITED,
            "An infusion so long over its planned end is a technical alarm."),
        Key("clock_step_s", _number(1, 3600, "s"), INHERITED, "A clock that stepped back shows so long."),
        Key("gateway_skew_s", _or_off(_number(1, 600, "s")), INHERITED,
            "In an infusion, a gateway's clock so far from ours is a technical alarm."),
        Key("device_skew_s", _or_off(_number(1, 86400, "s")), INHERITED,
            "The same of the clock of a device."),
        Key("require_baseline", YES_NO, INHERITED, "An infusion without a baseline is a technical alarm."),
        Key("acknowledge_high_s", _number(30, 3600, "s"), INHERITED,
            "How long the acknowledgement of a high alarm lasts."),
        Key("acknowledge_medium_s", _number(30, 3600, "s"), INHERITED, "The same for a medium alarm."),
        Key("acknowledge_low_s", _number(30, 3600, "s"), INHERITED, "The same for a low alarm."),
        Key("audio_pause_s", _number(10, 120, "s"), INHERITED,
            "How long the sound of a chair may be paused."),
        Key("reminder_s", _or_off(_number(30, 3600, "s")), INHERITED,
            "While something that would sound is quiet, it is recalled so often."),
        Key("escalate_medium_s", _or_off(_number(10, 3600, "s")), INHERITED,
            "A medium alarm that nobody acknowledges so long calls anesthesia too."),
        Key("escalate_high_s", _number(10, 600, "s"), INHERITED,
            "A high alarm that is not answered so long calls every station and outside channels."),
        Key("latching", YES_NO, INHERITED, "Signals stay when their cause has gone, until acknowledged."),
        Key("low_heart_rate_baseline", _number(0, 200, "/min"), INHERITED,
            "A baseline heart rate below this lowers every low heart-rate limit …"),
        Key("low_heart_rate_shift", _number(0, 50, "/min"), INHERITED, "… by this much."),
        Key("worse_by", _number(1, 100, "mm[Hg]"), INHERITED,
            "An acknowledged pressure that is worse by this much alarms anew."),
        Key("confirm_pressure", YES_NO, INHERITED,
            "A second reading confirms a high pressure; else each alarms by itself."),
    ),
    PRESSURE_RULE: (
        Key("agree_s", _number(0, 3600, "s"), INHERITED, "An earlier reading no older than this agrees."),
        Key("near_high", PAIR, INHERITED, "So far below the high limit a repeat still confirms high."),
        Key("near_medium", PAIR, INHERITED, "The same for the medium limit."),
        Key("leap", PAIR, INHERITED, "A rise of this much from a normal reading is a leap."),
        Key("hold_leap", YES_NO, INHERITED, "A leap waits for its repeats before it sounds as medium."),
        Key("leap_priority", _one_of(("advisory", "low", "medium")), INHERITED,
            "How a leap that waits asks for its repeats; `advisory` makes no sound."),
        Key("contradictions", _whole(1, 5), INHERITED, "So many repeats below refute a high reading …"),
        Key("leap_contradictions", _whole(1, 5), INHERITED, "… and so many a leap."),
        Key("repeat_s", _number(0, 600, "s"), INHERITED, "So long after the reading a repeat is wanted."),
        Key("start_repeats", YES_NO, INHERITED,
            "Repeats start by themselves where the device has allow_cuff."),
        Key("decide_s", _number(0, 600, "s"), INHERITED, "Without repeats that decide, time does by then …"),
        Key("running_cuff_s", _number(0, 600, "s"), INHERITED,
            "… or when a cuff that is running then has ended, by this time at the latest."),
        Key("react_s", _number(0, 60, "s"), INHERITED,
            "A leap with one repeat against it waits so much longer, for the second to begin."),
        Key("clear_readings", _whole(1, 5), INHERITED,
            "So many readings in a row below the limit take the alarm one priority down."),
        Key("estimator", _one_of(tuple(Estimator)), INHERITED,
            "What judges: a second reading, or the chances that the filter finds."),
    ),
    PRESSURE_FILTER: (
        Key("baseline_variance", PAIR, INHERITED, "How well the baseline is known, mm[Hg]²."),
        Key("rise", PAIR, INHERITED, "What the infusion adds at its planned end, mm[Hg] …"),
        Key("rise_sd", PAIR, INHERITED, "… and how far patients differ in it."),
        Key("drift", PAIR, INHERITED, "Variance that each minute adds, mm[Hg]²."),
        Key("noise_variance", POSITIVE_PAIR, INHERITED, "Of a sound reading, mm[Hg]²."),
        Key("artifact_share", SHARE, INHERITED, "How many readings are artifacts …"),
        Key("artifact_again_share", SHARE, INHERITED, "… and how many of those that follow one …"),
        Key("artifact_again_s", _number(0, 3600, "s"), INHERITED, "… within so long."),
        Key("artifact_sd", PAIR, INHERITED, "The error of an artifact, mm[Hg]."),
        Key("jump_share", _number(0.001, 0.2), INHERITED,
            "How often the true pressure has jumped since the last reading …"),
        Key("jump_sd", PAIR, INHERITED, "… and how far, mm[Hg]."),
        Key("rise_min", _number(1, 240, "min"), INHERITED,
            "Time constant of the effect while the infusion runs …"),
        Key("decay_min", _number(1, 240, "min"), INHERITED, "… and while it does not."),
        Key("hypotheses", _whole(3, 10), INHERITED, "How many are kept after each reading."),
        Key("high", CHANCE, INHERITED, "High, where the chance of the high limit is more than this …"),
        Key("medium", CHANCE, INHERITED, "… and medium, where that of the medium limit is."),
        Key("clear", CHANCE, INHERITED, "Less than this chance takes the alarm one priority down."),
        Key("repeats", _whole(1, 5), INHERITED,
            "So many repeats near the high limit are high, whatever the chance."),
    ),
    START_GATE: (
        Key("caution_systolic", _number(60, 300, "mm[Hg]"), INHERITED,
            "From this systolic pressure on, whoever starts is cautioned."),
        Key("caution_diastolic", _number(30, 200, "mm[Hg]"), INHERITED, "The same, diastolic."),
        Key("systolic", _number(60, 300, "mm[Hg]"), INHERITED,
            "From this systolic pressure on, only anesthesia starts, with a reason."),
        Key("diastolic", _number(30, 200, "mm[Hg]"), INHERITED, "The same, diastolic."),
        Key("heart_rate_low", _number(20, 100, "/min"), INHERITED, "The same below this heart rate …"),
        Key("heart_rate_high", _number(60, 250, "/min"), INHERITED, "… and above this one."),
        Key("spo2", _number(50, 100, "%"), INHERITED, "The same below this saturation."),
    ),
    LEAVE_GATE: (
        Key("minimum_min", _number(0, 480, "min"), INHERITED,
            "A patient stays so long after the end of the infusion."),
        Key("apart_min", _number(1, 60, "min"), INHERITED, "Good pressures must span so long."),
        Key("within_percent", _number(1, 100, "%"), INHERITED,
            "Good is a systolic pressure no further than this from the baseline …"),
        Key("systolic", _number(60, 300, "mm[Hg]"), INHERITED, "… and below this …"),
        Key("diastolic", _number(30, 200, "mm[Hg]"), INHERITED, "… with a diastolic below this."),
        Key("heart_rate_low", _number(20, 100, "/min"), INHERITED, "The heart rate is at least this …"),
        Key("heart_rate_high", _number(60, 250, "/min"), INHERITED, "… and at most this."),
        Key("spo2", _number(50, 100, "%"), INHERITED, "The saturation is at least this."),
    ),
    QUALITY: (
        Key("systolic", _rising("two numbers", 1, 300), INHERITED,
            "A systolic pressure outside this range is no measurement."),
        Key("diastolic", _rising("two numbers", 1, 300), INHERITED, "The same, diastolic."),
        Key("mean", _rising("two numbers", 1, 300), INHERITED, "The same, mean."),
        Key("apart", _number(0, 50, "mm[Hg]"), INHERITED, "Nor is one whose two are no further apart."),
        Key("pulse_pressure", _rising("four numbers", 0, 100), INHERITED,
            "The smallest difference of the two that is believed: below, from, above and above …"),
        Key("pulse_pressure_at", _rising("three numbers", 40, 300), INHERITED,
            "… these systolic pressures."),
        Key("spare_systolic", _number(120, 180, "mm[Hg]"), INHERITED,
            "From this systolic pressure on nothing is silenced as implausible …"),
        Key("spare_diastolic", _number(80, 110, "mm[Hg]"), INHERITED, "… nor from this diastolic …"),
        Key("spare_low", _number(80, 120, "mm[Hg]"), INHERITED, "… nor below this systolic."),
        Key("jump", PAIR, INHERITED, "A pressure that moved by so much is doubted …"),
        Key("jump_min", _number(0, 60, "min"), INHERITED, "… so soon after the last accepted one …"),
        Key("jump_rate", _number(0, 100, "/min"), INHERITED, "… while the heart rate moved by less."),
        Key("mean_off", _number(0, 100, "mm[Hg]"), INHERITED, "A mean so far from its place is doubted."),
        Key("pulse_off", _number(0, 100, "/min"), INHERITED,
            "So is a cuff's pulse rate so far from the oximeter's …"),
        Key("cycle_s", _number(10, 180, "s"), INHERITED, "… and a cuff that took longer than this."),
        Key("spo2_least", _number(1, 90, "%"), INHERITED, "A saturation below this is doubted …"),
        Key("perfusion_least", _number(0, 5, "%"), INHERITED, "… and one with less perfusion than this."),
        Key("spo2_drop", _number(1, 50, "%"), INHERITED, "So is a saturation that fell by so much …"),
        Key("spo2_drop_s", _number(1, 10, "s"), INHERITED, "… within so long …"),
        Key("hr_change", _number(5, 200, "/min"), INHERITED, "… and a heart rate that moved by so much …"),
        Key("hr_change_s", _number(1, 10, "s"), INHERITED, "… within so long …"),
        Key("sudden_hold_s", _number(0, 60, "s"), INHERITED, "… until it has stood for so long."),
        Key("cuff_arm_s", _number(0, 180, "s"), INHERITED,
            "For so long an inflating cuff makes the saturation of its arm doubtful."),
        Key("sources_apart", _number(1, 100, "/min"), INHERITED,
            "Two heart rates further apart than this …"),
        Key("sources_apart_s", _number(1, 600, "s"), INHERITED, "… for so long are a technical alarm."),
        Key("flat_spo2_min", _or_off(_number(1, 120, "min")), INHERITED,
            "So is a saturation that is the same for longer, if the heart rate …"),
        Key("flat_hr_within", _number(0, 10, "/min"), INHERITED, "… stays within this much …"),
        Key("flat_hr_min", _or_off(_number(1, 120, "min")), INHERITED,
            "… and a heart rate that is the same for longer."),
    ),
    SIDE: (
        Key("deadband", _number(0, 50), INHERITED, "How far inside the limit a value must be to clear."),
        Key("clear_delay_s", _number(0, 600, "s"), INHERITED, "How long it must stay there."),
    ),
    BAND: (
        Key("limit", _or_off(NUMBER), INHERITED, "Absolute limit; `off` switches it off."),
        Key("delay_s", _number(0, 600, "s"), INHERITED, "How long the value must stay beyond the limit."),
        Key("immediate", _or_off(NUMBER), INHERITED, "Beyond this, there is no delay."),
        Key("rise", _or_off(_number(0, 150)), INHERITED, "So much above the baseline counts as well …"),
        Key("rise_floor", _or_off(NUMBER), INHERITED, "… once the value is at least this."),
        Key("rise_percent", _or_off(_number(0, 100, "%")), INHERITED,
            "Percent above (high side) or below (low side) the baseline that counts as well."),
        Key("bounds", _or_off(RANGE), INHERITED,
            "Within these anesthesia may set the limit for one patient; `off` forbids it."),
    ),
}  # fmt: skip
"""In the order of the documentation."""

REPEATED = ("chair", "device", "user", "mapping", MAPPED_VALUE, CHANNEL, GATEWAY_DEVICE)
"""Tables that come once per chair, device, user, mapping and channel: `[[chair]]`."""

SECTIONS = (
    *("clinic", "server", "store", "mqtt", "hl7", "notify"),
    *("chair", "device", "mapping", "user", "schedule", "response", "flood", "swap", "limits"),
)


def keys_of(table: str) -> dict[str, Key]:
    """Return the keys of one table by name."""
    return {key.name: key for key in TABLES[table]}

"""Every key of clinic.toml in one literal table: its type, its default and a line of help.

docs/configuration.md shows the same table; a house test compares the two.
"""

from __future__ import annotations

from devices.model import MetricCode
from monitor.config.limit_keys import LIMIT_TABLES
from monitor.config.shapes import (
    IDENTIFIER,
    INHERITED,
    LINE,
    MARKS,
    NAME,
    NONE,
    PATH,
    POINTER,
    REQUIRED,
    TEXT_LIST,
    YES_NO,
    ZONE,
    Key,
    Shape,
    number,
    one_of,
    text,
    whole,
)
from monitor.language import LANGUAGES
from monitor.limits import RESPONSES
from monitor.terms import LIMBS, Role

EVENTS = ("escalated", "no_station", "monitor_fault")
"""What may be told outside the screen."""

MATCHES = ("sender", "application", "facility", "equipment", "filler")
"""What may name the device of an HL7 message."""

EVENT_LIST = Shape(
    f"a list of {' | '.join(EVENTS)}",
    lambda v: isinstance(v, list) and all(isinstance(item, str) and item in EVENTS for item in v),
)
CONTINUOUS = tuple(code.value for code in MetricCode if code is not MetricCode.NIBP)

CHANNEL = "notify.channel"
MAPPED_VALUE = "mapping.value"
MAPPED_CUFF = "mapping.cuff"
ALARM_TOPICS = "notify.mqtt"
GATEWAY_DEVICE = "gateway.device"

TABLES: dict[str, tuple[Key, ...]] = {
    "clinic": (
        Key("name", NAME, REQUIRED, "The clinic's name, as screens and records show it."),
        Key("site", IDENTIFIER, "clinic", "This clinic in MQTT topics: `chairside/v1/{site}/…`."),
        Key("language", one_of(LANGUAGES), "en", "What screens speak until somebody chooses."),
        Key("timezone", ZONE, NONE, "Of every time on screens and records; else this computer's."),
    ),
    "server": (
        Key("host", text(253), "127.0.0.1", "Address that the dashboard listens on."),
        Key("port", whole(1, 65535), 8050, "TCP port that the dashboard listens on."),
        Key("behind_proxy", YES_NO, False, "A TLS-terminating proxy stands in front of the dashboard."),
        Key("tls_certificate", PATH, NONE, "Certificate chain, PEM; together with `tls_key`."),
        Key("tls_key", PATH, NONE, "Private key, PEM."),
        Key("idle_lock_min", number(1, 240, "min"), 10.0, "Idle so long, acting asks for the PIN."),
        Key("session_max_hours", number(1, 168, "h"), 12.0,
            "So long after signing in, the PIN is asked for; a wall display stays."),
    ),
    "store": (
        Key("path", PATH, "var", "Folder of the databases and records, relative to this file."),
    ),
    "mqtt": (
        Key("host", text(253), "127.0.0.1", "The broker that devices and gateways publish to."),
        Key("port", whole(1, 65535), 1883, "The broker's TCP port."),
        Key("client_id", text(64), "chairside-monitor", "Names the persistent session on the broker."),
        Key("username", text(128), NONE, "Name to sign in to the broker with."),
        Key("password_file", PATH, NONE, "File whose first line is the broker's password."),
        Key("tls", YES_NO, False, "Speak TLS to the broker."),
        Key("ca_file", PATH, NONE, "Certificate authority of the broker, PEM; else the system's."),
        Key("password_env", text(128), NONE, "Environment variable that holds the password instead."),
        Key("certificate", PATH, NONE, "Our own certificate, PEM, for a broker that asks; with `key`."),
        Key("key", PATH, NONE, "Its private key, PEM."),
        Key("protocol", one_of(("auto", "3.1.1", "5")), "auto", "Version of MQTT; `auto` tries 5 first."),
    ),
    "hl7": (
        Key("listen", text(64), "127.0.0.1:2575", "Address and TCP port where monitors call with HL7."),
        Key("peers", TEXT_LIST, [], "Who may call: addresses, or networks such as `10.1.2.0/24`."),
        Key("match", one_of(MATCHES), "sender",
            "What names the device: MSH-3/MSH-4, one of the two, OBX-18, or OBR-3."),
        Key("zone", ZONE, NONE, "Of times that have no zone, such as `Europe/Vienna`."),
    ),
    "gateway": (
        Key("site", IDENTIFIER, REQUIRED, "The clinic's `site`, second part of every topic."),
        Key("id", IDENTIFIER, REQUIRED, "Names this gateway, third part of its topics."),
        Key("outbox", PATH, "outbox.db", "File that keeps what no monitor has on disk yet."),
        Key("keep_h", number(1, 720, "h"), 72.0, "So long it is kept; then given up, loudly."),
        Key("most_mb", whole(1, 100_000), 512, "So many megabytes of it; the oldest are given up first."),
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
        Key("baseline_min", number(1, 60, "min"), 2.0, "Between cuff readings before the start."),
        Key("infusion_min", number(1, 60, "min"), 5.0, "Between cuff readings in the infusion."),
        Key("recovery_min", number(1, 60, "min"), 15.0, "Between cuff readings in recovery."),
        Key("after_high_min", number(1, 60, "min"), 2.5,
            "After a pressure that is high or within its deadband, until two in a row lie below."),
        Key("longest_infusion_min", number(60, 240, "min"), 90.0,
            "So long may an infusion be planned for, with its extensions."),
        Key("cuff_timeout_s", number(60, 300, "s"), 180.0,
            "A cuff that was started from here and gives no result by then is cancelled, with an alarm."),
    ),
    "response": (
        Key("preset", one_of(tuple(RESPONSES)), "yale", "The cohort whose response is expected."),
        Key("systolic", number(0, 60, "mm[Hg]"), INHERITED,
            "Mean rise over the baseline at the end of the infusion."),
        Key("systolic_sd", number(0, 60, "mm[Hg]"), INHERITED, "Its standard deviation."),
        Key("diastolic", number(0, 60, "mm[Hg]"), INHERITED, "The mean rise, diastolic."),
        Key("diastolic_sd", number(0, 60, "mm[Hg]"), INHERITED, "Its standard deviation."),
        Key("heart_rate", number(0, 60, "/min"), INHERITED, "The mean rise of the heart rate."),
        Key("heart_rate_sd", number(0, 60, "/min"), INHERITED, "Its standard deviation."),
        Key("rise_min", number(1, 240, "min"), INHERITED, "Time constant of the rise."),
        Key("decay_min", number(1, 240, "min"), INHERITED, "Time constant of the return."),
        Key("systolic_rest_sd", number(0, 60, "mm[Hg]"), INHERITED,
            "Spread of one systolic reading against the baseline, without any drug."),
        Key("diastolic_rest_sd", number(0, 60, "mm[Hg]"), INHERITED, "The same, diastolic."),
        Key("heart_rate_rest_sd", number(0, 60, "/min"), INHERITED, "The same of the heart rate."),
        Key("deviations", number(0.5, 3), INHERITED, "Half the width of the corridor, in deviations."),
    ),
    "notify": (
        Key("min_priority", one_of(("low", "medium", "high")), "high",
            "The lowest priority of an escalated alarm that is told."),
        Key("events", EVENT_LIST, list(EVENTS), "What is told."),
        Key("repeat_s", number(30, 3600, "s"), 120.0, "An alarm that stays unanswered is told again after."),
        Key("no_station_s", number(10, 600, "s"), 30.0,
            "With a patient in a chair, no station that can sound for so long is an alarm."),
        Key("demo", YES_NO, False, "Tell of chairs without a real patient too, marked DEMO or REPLAY."),
    ),
    CHANNEL: (
        Key("name", text(32), REQUIRED, "What screens and records call it, such as `Pager`."),
        Key("url", text(1024), NONE, "Where to: an Apprise URL. Its secrets are never shown.", secret=True),
        Key("url_env", text(128), NONE, "Environment variable that holds the URL instead."),
        Key("url_file", PATH, NONE, "File whose first line is the URL instead."),
    ),
    ALARM_TOPICS: (
        Key("enabled", YES_NO, False, "Publish the alarms of every chair to the broker of `[mqtt]`."),
        Key("topic", text(120), NONE, "Root of the topics; else `chairside/{site}/alarms`."),
        Key("client_id", text(64), "chairside-alarms", "Names this client on the broker."),
        Key("heartbeat_s", number(1, 60, "s"), 10.0, "How often the publisher says that it is alive."),
    ),
    "chair": (
        Key("id", IDENTIFIER, REQUIRED, "Short and lasting, such as `7`; records refer to it."),
        Key("label", text(24), NONE, "What screens call the chair; else its id."),
        Key("room", text(24), "", "Where the chair stands."),
        Key("simulated", YES_NO, False, "Its data are simulated, and marked DEMO wherever they show."),
        Key("replay", YES_NO, False, "Its data come from a recording, and say REPLAY wherever they show."),
        Key("preset", NAME, "default", "The limits that a new session on this chair begins with."),
    ),
    "device": (
        Key("id", IDENTIFIER, REQUIRED, "Short and lasting; records refer to it."),
        Key("kind", NAME, REQUIRED, "Its protocol; `chairside decode --list` names all."),
        Key("chair", IDENTIFIER, REQUIRED, "The chair that it is connected to."),
        Key("name", NAME, NONE, "What screens call the device; else its id."),
        Key("port", PATH, NONE, "Serial port: `/dev/ttyUSB0`, `COM3` or `socket://host:port`."),
        Key("line", LINE, NONE, "Settings of its serial line where its kind's do not fit: `19200 8O1`."),
        Key("topic", text(120), NONE, "MQTT topic: `chairside/v1/{site}/{gateway}/{device}`."),
        Key("sender", NAME, NONE, "What names it in HL7 messages, such as `GW/ICU`."),
        Key("mapping", IDENTIFIER, NONE, "The `[[mapping]]` by which its messages are read."),
        Key("period_s", number(0.2, 30, "s"), NONE, "Between its values, where its kind's does not fit."),
        Key("metrics", TEXT_LIST, [], "Which of its metrics to use; else all."),
        Key("accept_doubt", YES_NO, False, "Use a kind of which something is not known for sure."),
        Key("allow_cuff", YES_NO, False, "Let nurses and anesthesia start and cancel its cuff from here."),
        Key("limb", one_of(LIMBS), NONE, "Where its cuff or probe sits; unless staff say otherwise."),
    ),
    "mapping": (
        Key("name", IDENTIFIER, REQUIRED, "What a `[[device]]` calls it."),
        Key("form", one_of(("raw", "json", "values", "gatt")), REQUIRED,
            "Bytes of a serial line, JSON, one value a topic, or a Bluetooth value."),
        Key("topic", text(120), NONE,
            "Where messages come below the device's topic; else `raw`, or itself."),
        Key("availability", text(120), NONE,
            "Below the device's topic, where online or offline is said; `..` leads up."),
        Key("encoding", one_of(("bytes", "hex", "base64")), "bytes", "How a message holds bytes."),
        Key("time", POINTER, NONE, "Where JSON says when it was measured; else on arrival."),
        Key("time_form", one_of(("iso", "s", "ms")), "iso", "Text with a zone, or a count since 1970."),
        Key("zone", ZONE, NONE, "Of times that have no zone, such as `Europe/Vienna`."),
        Key("missing", MARKS, [], "More numbers or words that stand for no value, such as `-100`."),
    ),
    MAPPED_VALUE: (
        Key("metric", one_of(CONTINUOUS), REQUIRED, "What is measured."),
        Key("unit", text(32), REQUIRED, "Of the value, such as `%`, `/min` or `Cel`."),
        Key("at", POINTER, NONE, "Where it stands in JSON, such as `/spo2`."),
        Key("topic", text(120), NONE, "Below the device's topic, in the form `values`."),
        Key("scale", number(0.0001, 10000), 1.0, "The value is multiplied by it."),
        Key("period_s", number(0.2, 30, "s"), 1.0, "Between two values."),
    ),
    MAPPED_CUFF: (
        Key("systolic", POINTER, REQUIRED, "Where it stands in JSON, such as `/bp/sys`."),
        Key("diastolic", POINTER, REQUIRED, "The same."),
        Key("unit", text(32), REQUIRED, "`mm[Hg]` or `kPa`."),
        Key("mean", POINTER, NONE, "The same."),
        Key("pulse_rate", POINTER, NONE, "The rate that the cuff counted, /min."),
        Key("time", POINTER, NONE, "When it was determined."),
        Key("id", POINTER, NONE, "What is the same for as long as the result is repeated."),
    ),
    "user": (
        Key("name", IDENTIFIER, REQUIRED, "Name to sign in with."),
        Key("display", text(64), NONE, "Name on screens and records; else the sign-in name."),
        Key("role", one_of(tuple(Role)), REQUIRED, "What the user may do; `wall` only shows."),
        Key("pin_hash", text(512), REQUIRED, "Hash of the PIN, from `chairside user hash`.", secret=True),
    ),
    "flood": (
        Key("count", whole(1, 1000), 8, "More alarms than this that begin to sound in the whole clinic …"),
        Key("seconds", number(1, 600, "s"), 60.0, "… within this time are a flood: told by number."),
    ),
    "swap": (
        Key("rate", number(5, 100, "/min"), 15.0, "A heart rate that changes by so much at once …"),
        Key("settled_s", number(10, 600, "s"), 60.0, "… after it was steady for so long …"),
        Key("hold_s", number(5, 120, "s"), 15.0, "… and stays for so long, is a step."),
        Key("apart_s", number(10, 600, "s"), 120.0, "Steps of two chairs this close in time …"),
        Key("alike", number(1, 20, "/min"), 5.0, "… each so near to where the other one was …"),
        Key("alike_spo2", number(0, 20, "%"), 2.0, "… with saturations so near may be an exchange."),
        Key("gap_s", number(10, 3600, "s"), 300.0, "After a longer silence a rate is known anew."),
    ),
    **LIMIT_TABLES,
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

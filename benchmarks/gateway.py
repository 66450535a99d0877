"""What a gateway costs: 64 ports at 75 frames a second, against one pyserial thread a port.

    python benchmarks/gateway.py --ports 64 --seconds 10

Plays Nonin oximeters (data format 2) on pseudo-terminals. `chairside gateway` reads them, keeps every value
on disk and publishes it to a real broker. The alternative reads each port with a thread of its own, one byte
at a time, as tutorials do, decodes with the same codec and publishes; it keeps nothing. Reported: CPU of one
core and resident memory of the process, as many seconds of the same feed each.

Of the gateway it is verified that every frame counted: no write to a line was refused, no byte was reported
as skipped, and each port's messages at the broker are as many as the seconds of frames that were sent to it.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import threading
import time
import tty
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import paho.mqtt.client as mqtt
import psutil
from paho.mqtt.enums import CallbackAPIVersion

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tests.brokers import Broker, mosquitto_broker, mosquitto_program, nats_broker  # noqa: E402

FRAMES_PER_S = 75
FRAME = 5
FRAMES = (ROOT / "tests" / "captures" / "nonin-2.bin").read_bytes()[: FRAMES_PER_S * FRAME]
"""A second of a steady patient: one message, if each of its frames is handled."""

LATE_S = 10
"""How long the last messages may be on their way."""

BURST_S = 1 / 25

NAIVE = """
import sys, threading, serial
import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion
from devices.codecs.nonin_2 import nonin_2
client = mqtt.Client(CallbackAPIVersion.VERSION2)
client.connect("127.0.0.1", int(sys.argv[1]))
client.loop_start()
def read(port):
    line, codec = serial.Serial(port, 9600), nonin_2()
    while True:
        for event in codec.feed(line.read(1)):
            client.publish("naive", str(event), qos=1)
for port in sys.argv[2:]:
    threading.Thread(target=read, args=(port,), daemon=True).start()
threading.Event().wait()
"""


class Feed:
    """The far ends of the lines: every burst, some frames to each."""

    def __init__(self, ports: int) -> None:
        self.masters, self.names, self._slaves = [], [], []
        for _ in range(ports):
            master, slave = os.openpty()
            tty.setraw(slave)
            os.set_blocking(master, False)
            self.masters.append(master)
            self._slaves.append(slave)
            self.names.append(os.ttyname(slave))
        self.frames = self.refused = 0
        self._stop = threading.Event()
        threading.Thread(target=self._run, daemon=True).start()

    def _run(self) -> None:
        burst, at, due = round(FRAMES_PER_S * BURST_S), 0, time.monotonic()
        while not self._stop.wait(max(0.0, due - time.monotonic())):
            piece = (FRAMES + FRAMES)[at : at + burst * FRAME]
            at, due = (at + burst * FRAME) % len(FRAMES), due + BURST_S
            for master in self.masters:
                try:
                    self.refused += os.write(master, piece) != len(piece)
                except BlockingIOError:  # nobody reads
                    self.refused += 1
            self.frames += burst

    def stop(self) -> None:
        self._stop.set()


class Count:
    """Counts at the broker what the gateway made of it."""

    def __init__(self, broker: Broker) -> None:
        self.messages: Counter[str] = Counter()
        self.skipped = 0
        self._seen: set[tuple[str, bytes]] = set()
        """Nobody confirms, so the gateway sends again."""
        self._client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id="count")
        self._client.on_message = self._take
        self._client.connect(broker.host, broker.port)
        self._client.subscribe("chairside/v1/bench/room-1/+/+", 1)
        self._client.loop_start()

    def _take(self, _client: mqtt.Client, _data: object, message: mqtt.MQTTMessage) -> None:
        said = message.topic, message.payload
        if message.topic.endswith("/obs") and said not in self._seen:
            self._seen.add(said)
            self.messages[message.topic] += 1
        elif message.topic.endswith("/event"):
            self.skipped += 1

    def stop(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()


def cost(
    command: list[str], seconds: float, begin: Callable[[], object], end: Callable[[], object]
) -> tuple[float, float]:
    """Percent of a core and MB, five seconds after `begin` returned; then `end` is called."""
    with subprocess.Popen(command, cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT)}) as process:
        try:
            watched = psutil.Process(process.pid)
            begin()
            time.sleep(5)
            before, began = sum(watched.cpu_times()[:2]), time.monotonic()
            time.sleep(seconds)
            used = sum(watched.cpu_times()[:2]) - before
            percent = 100 * used / (time.monotonic() - began)
            end()
            return percent, watched.memory_info().rss / 1e6
        finally:
            process.terminate()


class Handled:
    """Whether what was sent meanwhile is what was counted."""

    def __init__(self, feed: Feed, count: Count) -> None:
        self._feed, self._count = feed, count
        self.faults: list[str] = []
        self.frames = 0

    def begin(self) -> None:
        feed, count = self._feed, self._count
        deadline_s = time.monotonic() + 60
        while len(count.messages) < len(feed.masters) and time.monotonic() < deadline_s:
            time.sleep(0.1)
        self._before = feed.frames, feed.refused, Counter(count.messages), count.skipped

    def end(self) -> None:
        feed, count = self._feed, self._count
        frames, refused, messages, skipped = self._before
        self.frames = (feed.frames - frames) * len(feed.masters)
        seconds = (feed.frames - frames) // FRAMES_PER_S - 1  # the second under way
        deadline_s = time.monotonic() + LATE_S
        made: Counter[str] = Counter()
        while time.monotonic() < deadline_s:
            made = count.messages - messages
            if len(made) == len(feed.masters) and min(made.values()) >= seconds:
                break
            time.sleep(0.1)
        if len(made) < len(feed.masters):
            self.faults.append(f"expected {len(feed.masters)} ports at the broker, got {len(made)}")
        self.faults += [
            f"{topic}: expected {seconds} messages, got {many}"
            for topic, many in made.items()
            if many < seconds
        ]
        if feed.refused != refused:
            self.faults.append(f"{feed.refused - refused} writes refused by a line that nobody emptied")
        if count.skipped != skipped:
            self.faults.append(f"bytes skipped {count.skipped - skipped} times")


def gateway_command(folder: Path, broker: Broker, ports: list[str]) -> list[str]:
    devices = "".join(
        f'[[device]]\nid = "ox-{number}"\nkind = "nonin-2"\nport = "{port}"\n'
        for number, port in enumerate(ports, start=1)
    )
    config = folder / "gateway.toml"
    config.write_text(f'[gateway]\nsite = "bench"\nid = "room-1"\n[mqtt]\nport = {broker.port}\n{devices}')
    return [sys.executable, "-m", "monitor.cli", "gateway", "--config", str(config)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--ports", type=int, default=64)
    parser.add_argument("--seconds", type=float, default=10)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        program = mosquitto_program()
        broker = nats_broker(folder) if program is None else mosquitto_broker(folder, program)
        broker.start()
        feed = Feed(given.ports)
        try:
            count = Count(broker)
            handled = Handled(feed, count)
            command = gateway_command(folder, broker, feed.names)
            ours = cost(command, given.seconds, handled.begin, handled.end)
            count.stop()
            command = [sys.executable, "-c", NAIVE, str(broker.port), *feed.names]
            naive = cost(command, given.seconds, lambda: None, lambda: None)
        finally:
            feed.stop()
            broker.kill()
    frames = given.ports * FRAMES_PER_S
    print(f"{given.ports} ports, {frames} frames/s, every value on disk before it is sent")
    print(f"chairside gateway      {ours[0]:6.1f} % of a core  {ours[1]:5.0f} MB")
    print(f"a thread a port        {naive[0]:6.1f} % of a core  {naive[1]:5.0f} MB, nothing kept")
    print(f"frames sent and handled {handled.frames}" if not handled.faults else "NOT ALL HANDLED")
    print(f"ratio                  {naive[0] / ours[0]:6.1f}")
    print(f"load of the machine    {os.getloadavg()[0]:6.1f}")
    if handled.faults:
        sys.exit("\n".join(handled.faults))


if __name__ == "__main__":
    main()

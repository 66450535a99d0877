"""What a gateway costs: 64 ports at 75 frames a second, against one pyserial thread a port.

    python benchmarks/gateway.py --ports 64 --seconds 10

Plays Nonin oximeters (data format 2) on pseudo-terminals. `chairside gateway` reads them, keeps every value
on disk and publishes it to a real broker. The alternative reads each port with a thread of its own, one byte
at a time, as tutorials do, decodes with the same codec and publishes; it keeps nothing. Reported: CPU of one
core and resident memory of the process, as many seconds of the same feed each.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import subprocess
import sys
import tempfile
import threading
import time
import tty
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tests.brokers import Broker, mosquitto_broker, mosquitto_program, nats_broker  # noqa: E402

FRAMES = (ROOT / "tests" / "captures" / "nonin-2.bin").read_bytes()
FRAMES_PER_S = 75
FRAME = 5
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
        self._stop = threading.Event()
        threading.Thread(target=self._run, daemon=True).start()

    def _run(self) -> None:
        size, at, due = round(FRAMES_PER_S * BURST_S) * FRAME, 0, time.monotonic()
        while not self._stop.wait(max(0.0, due - time.monotonic())):
            piece = (FRAMES + FRAMES)[at : at + size]
            at, due = (at + size) % len(FRAMES), due + BURST_S
            for master in self.masters:
                with contextlib.suppress(BlockingIOError):  # nobody reads
                    os.write(master, piece)

    def stop(self) -> None:
        self._stop.set()


def cost(command: list[str], seconds: float) -> tuple[float, float]:
    """Percent of a core and MB, after five seconds to settle."""
    with subprocess.Popen(command, cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT)}) as process:
        try:
            watched = psutil.Process(process.pid)
            time.sleep(5)
            before, began = sum(watched.cpu_times()[:2]), time.monotonic()
            time.sleep(seconds)
            used = sum(watched.cpu_times()[:2]) - before
            return 100 * used / (time.monotonic() - began), watched.memory_info().rss / 1e6
        finally:
            process.terminate()


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
            ours = cost(gateway_command(folder, broker, feed.names), given.seconds)
            naive = cost([sys.executable, "-c", NAIVE, str(broker.port), *feed.names], given.seconds)
        finally:
            feed.stop()
            broker.kill()
    frames = given.ports * FRAMES_PER_S
    print(f"{given.ports} ports, {frames} frames/s, every value on disk before it is sent")
    print(f"chairside gateway      {ours[0]:6.1f} % of a core  {ours[1]:5.0f} MB")
    print(f"a thread a port        {naive[0]:6.1f} % of a core  {naive[1]:5.0f} MB, nothing kept")
    print(f"ratio                  {naive[0] / ours[0]:6.1f}")


if __name__ == "__main__":
    main()

"""Firefox and WebKit, Safari's engine, each by its own protocol: a page is opened, clicked and asked."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import urllib.error
import urllib.request
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from tests.brokers import free_port, wait_until

START_S = 60.0
WAIT_S = 90.0
ELEMENT = "element-6066-11e4-a52e-4f735466cecf"
MINI_BROWSERS = ("/usr/lib", "/usr/libexec")


class Missing(Exception):
    """What is not on this machine, in words for whoever reads why a test was skipped."""


class Refused(Exception):
    """What the browser would not do."""


class Driver(ABC):
    """One window of a browser."""

    @abstractmethod
    def call(self, command: str, **what: Any) -> Any: ...

    def open(self, address: str) -> None:
        self.call("Navigate", url=address)

    def ask(self, script: str) -> Any:
        """The value of an expression in the page."""
        return self.call("ExecuteScript", script=f"return {script}", args=[])

    def wait(self, script: str) -> None:
        """Until an expression holds; while a page is being loaded it does not."""

        def holds() -> bool:
            with suppress(Refused):
                return bool(self.ask(script))
            return False

        wait_until(holds, WAIT_S)

    def tap(self, path: str) -> None:
        """Click the element at an XPath as it stands now; refused where nobody could."""
        self.call("ElementClick", id=self.call("FindElement", using="xpath", value=path)[ELEMENT])

    def find(self, path: str) -> str:
        """The element at an XPath, once it is shown."""
        found = f"document.evaluate({json.dumps(path)}, document, null, 9).singleNodeValue"
        self.wait(f"{found}?.getClientRects().length > 0")
        return str(self.call("FindElement", using="xpath", value=path)[ELEMENT])

    def click(self, path: str) -> None:
        """Click what is at an XPath as soon as nothing lies over it."""

        def took() -> bool:
            try:
                self.call("ElementClick", id=self.find(path))
            except Refused:
                return False
            return True

        wait_until(took, WAIT_S)

    def type(self, path: str, text: str) -> None:
        self.call("ElementSendKeys", id=self.find(path), text=text)


PATHS = {
    "Navigate": "url",
    "ExecuteScript": "execute/sync",
    "FindElement": "element",
    "ElementClick": "element/{id}/click",
    "ElementSendKeys": "element/{id}/value",
}


class WebKit(Driver):
    """WebDriver over HTTP."""

    def __init__(self, address: str, browser: str) -> None:
        self._session = address
        options = {"webkitgtk:browserOptions": {"binary": browser, "args": ["--automation"]}}
        made = self._post("", {"capabilities": {"alwaysMatch": options}})
        self._session = f"{address}/{made['sessionId']}"

    def call(self, command: str, **what: Any) -> Any:
        return self._post("/" + PATHS[command].format(id=what.get("id", "")), what)

    def _post(self, path: str, body: dict[str, Any]) -> Any:
        request = urllib.request.Request(self._session + path, json.dumps(body).encode())
        try:
            with urllib.request.urlopen(request, timeout=WAIT_S) as answer:
                return json.load(answer)["value"]
        except urllib.error.HTTPError as error:
            with error:
                raise Refused(error.read().decode()) from error


class Firefox(Driver):
    """Marionette: the same commands over a socket, each message after its length."""

    def __init__(self, link: socket.socket) -> None:
        self._link = link
        self._stream = link.makefile("rb")
        self._heard()
        self._number = 0
        self.call("NewSession")

    def call(self, command: str, **what: Any) -> Any:
        self._number += 1
        message = json.dumps([0, self._number, f"WebDriver:{command}", what]).encode()
        self._link.sendall(b"%d:%s" % (len(message), message))
        _, _, refused, said = self._heard()
        if refused:
            raise Refused(str(refused))
        return said["value"] if isinstance(said, dict) and set(said) == {"value"} else said

    def close(self) -> None:
        self._stream.close()
        self._link.close()

    def _heard(self) -> Any:
        length = b""
        while (digit := self._stream.read(1)) != b":":
            if not digit:
                raise Refused("Firefox ended")
            length += digit
        return json.loads(self._stream.read(int(length)))


def program(name: str) -> str:
    path = shutil.which(name)
    if path is None:
        raise Missing(f"needs {name}")
    return path


def started(name: str, port: int) -> None:
    try:
        wait_until(lambda: answers(port), START_S)
    except AssertionError:
        raise Missing(f"{name} did not start within {START_S:g} s") from None


@contextmanager
def firefox(folder: Path) -> Iterator[Driver]:
    port = free_port()
    (folder / "user.js").write_text(f'user_pref("marionette.port", {port});\n')
    command = [program("firefox-esr"), "--marionette", "--headless", "--no-remote"]
    with running([*command, "--profile", str(folder)], folder, {"HOME": str(folder)}):
        started("Firefox", port)
        driver = Firefox(socket.create_connection(("127.0.0.1", port), timeout=WAIT_S))
        try:
            yield driver
        finally:
            driver.close()


@contextmanager
def webkit(folder: Path) -> Iterator[Driver]:
    server = program("WebKitWebDriver")
    browsers = sorted(found for place in MINI_BROWSERS for found in Path(place).rglob("MiniBrowser"))
    if not browsers:
        raise Missing("needs the MiniBrowser of WebKitGTK")
    port = free_port()
    with screen(folder) as display:
        env = {"HOME": str(folder), "DISPLAY": display, "GDK_BACKEND": "x11", "LIBGL_ALWAYS_SOFTWARE": "1"}
        with running([server, f"--port={port}"], folder, env):
            started("WebKitWebDriver", port)
            yield WebKit(f"http://127.0.0.1:{port}/session", str(browsers[-1]))


@contextmanager
def screen(folder: Path) -> Iterator[str]:
    """A screen that nobody sees."""
    xvfb = program("Xvfb")
    told, tells = os.pipe()
    try:
        with running([xvfb, "-displayfd", str(tells), "-screen", "0", "1600x1000x24"], folder, {}, tells):
            os.close(tells)
            yield f":{os.read(told, 16).decode().strip()}"
    finally:
        os.close(told)


@contextmanager
def running(command: list[str], folder: Path, env: dict[str, str], *handed: int) -> Iterator[None]:
    with (folder / "log").open("ab") as log:
        process = subprocess.Popen(
            command,
            env={**os.environ, **env},
            stdout=log,
            stderr=log,
            pass_fds=handed,
            start_new_session=True,
        )
        try:
            yield
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, 15)
            process.wait(30)


def answers(port: int) -> bool:
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=5):
        return True
    return False

"""Real services to be told: an HTTP server and an SMTP server that fail, refuse and dawdle when asked to."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


class WebService:
    """Keeps what is posted to it; `status` is its answer, `gate` holds the answer back while it is shut."""

    def __init__(self) -> None:
        self.posts: list[dict[str, str]] = []
        self.tries = 0
        self.status = 200
        self.gate = threading.Event()
        self.gate.set()
        service = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                service.tries += 1
                service.gate.wait(20)
                if service.status == 200:
                    service.posts.append(body)
                self.send_response(service.status)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                return

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self._server.server_port
        self.url = f"json://127.0.0.1:{self.port}/topsecret"

    @property
    def texts(self) -> list[str]:
        return [post["message"] for post in self.posts]

    @contextmanager
    def running(self) -> Iterator[WebService]:
        thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield self
        finally:
            self.gate.set()
            self._server.shutdown()
            thread.join()
            self._server.server_close()


class Mailbox:
    """What an SMTP server took in."""

    def __init__(self) -> None:
        self.mails: list[Envelope] = []
        self.refuse = False

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.refuse:
            return "554 no room for this"
        self.mails.append(envelope)
        return "250 taken"

    @contextmanager
    def running(self, port: int) -> Iterator[str]:
        """Serve, and give the URL of this mailbox."""
        controller = Controller(self, hostname="127.0.0.1", port=port)
        controller.start()
        try:
            yield f"mailto://127.0.0.1:{port}?from=clinic@example.org&to=oncall@example.org&mode=insecure"
        finally:
            controller.stop()

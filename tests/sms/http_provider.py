"""A provider's HTTP service at a port of this machine: keeps what it was asked, answers as it was told."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit


@dataclass(frozen=True)
class Asked:
    """A request that came."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes


@dataclass
class HttpProvider:
    """One provider; ``cut`` closes the connection in the place of an answer."""

    asked: list[Asked] = field(default_factory=list)
    status: int = 200
    answer: bytes = b"{}"
    cut: bool = False
    url: str = ""


@contextmanager
def running_provider() -> Iterator[HttpProvider]:
    provider = HttpProvider()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            parts = urlsplit(self.path)
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            headers = {name.lower(): value for name, value in self.headers.items()}
            query = dict(parse_qsl(parts.query, keep_blank_values=True))
            provider.asked.append(Asked(self.command, parts.path, query, headers, body))
            if provider.cut:
                self.close_connection = True
                return
            self.send_response(provider.status)
            self.send_header("Content-Length", str(len(provider.answer)))
            self.end_headers()
            self.wfile.write(provider.answer)

        do_GET = do_POST  # noqa: N815 – as the library calls it

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    provider.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
        thread.join(10)

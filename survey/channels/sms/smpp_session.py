"""One connection to a message centre under SMPP: bound, kept alive, read and written by one thread."""

import logging
import select
import socket
import ssl
import struct
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from queue import Empty, SimpleQueue
from threading import Event, Lock
from time import monotonic
from typing import Any

from smpplib import consts, exceptions, smpp
from smpplib.client import Client

from .smpp_messages import DeliveredFields

# At its lowest level the library writes whole messages in hexadecimal.
logging.getLogger("smpplib").setLevel(logging.CRITICAL)

_MAX_PDU = 64 << 10
_DELIVER_SM = 5
_PERMANENT = 0x65
"""``ESME_RX_P_APPN``: what cannot be read will not be readable the next time either."""
_SECONDS = 10.0
_LOOK = 0.1
_QUIET = 2.5
"""After so many times the pause between two looks at the link without a word, it is taken for lost."""


class LinkLost(Exception):
    """The connection is gone, or was refused; what was under way has no answer."""


class _Client(Client):  # type: ignore[misc]
    """The library's client, with names in certificates checked, and messages that it cannot read refused."""

    def connect(self) -> None:
        """Connect; raises the library's ``ConnectionError``."""
        try:
            plain = socket.create_connection((self.host, self.port), self.timeout)
            secure = self._ssl_context
            self._socket = secure.wrap_socket(plain, server_hostname=self.host) if secure else plain
        except OSError as error:
            raise exceptions.ConnectionError from error
        self.state = consts.SMPP_CLIENT_STATE_OPEN

    def read_pdu(self) -> Any:
        """Return what came, ``None`` for a message that cannot be read and was refused for good."""
        head = self._recv_exact(16)
        length, command, _status, sequence = struct.unpack(">LLLL", head)
        if not 16 <= length <= _MAX_PDU:
            raise exceptions.ConnectionError
        raw = head + self._recv_exact(length - 16)
        try:
            pdu = smpp.parse_pdu(raw, client=self, allow_unknown_opt_params=True)
        except (struct.error, exceptions.UnknownCommandError, LookupError, ValueError, TypeError) as error:
            if command != _DELIVER_SM:
                raise exceptions.ConnectionError from error
            self.answer("deliver_sm_resp", sequence, _PERMANENT)
            return None
        if not pdu.is_error() and pdu.command in consts.STATE_SETTERS:
            self.state = consts.STATE_SETTERS[pdu.command]
        return pdu

    def answer(self, command: str, sequence: int, status: int = consts.SMPP_ESME_ROK) -> None:
        """Send a response."""
        response = smpp.make_pdu(command, client=self, status=status)
        response.sequence = sequence
        self.send_pdu(response)

    def waits(self, seconds: float, other: socket.socket) -> bool:
        """Wait until something came, or until ``other`` can be read; return whether something came."""
        held = self._socket
        if isinstance(held, ssl.SSLSocket) and held.pending():
            return True
        return held in select.select([held, other], [], [], seconds)[0]


class SmppSession:
    """A bound connection. ``run`` reads and writes; ``submit`` is for other threads."""

    def __init__(self, host: str, port: int, *, tls: bool, seconds: float, pause: float) -> None:
        context = ssl.create_default_context() if tls else None
        self._client = _Client(
            host,
            port,
            timeout=seconds,
            logger_name="smpplib.client",
            ssl_context=context,
            allow_unknown_opt_params=True,
        )
        self._pause = pause
        self._asked: SimpleQueue[tuple[dict[str, Any], Future[Any]]] = SimpleQueue()
        self._under_way: dict[int, Future[Any]] = {}
        self._wake, self._woken = socket.socketpair()
        self._woken.setblocking(False)
        self._lock = Lock()
        self._open = False

    def bind(self, system_id: str, password: str, system_type: str) -> None:
        """Connect and bind as a transceiver; raises ``LinkLost``, with the centre's status if any."""
        try:
            self._client.connect()
            self._client.bind_transceiver(system_id=system_id, password=password, system_type=system_type)
        except exceptions.PDUError as error:
            raise LinkLost(f"refused with status {error.args[-1]}") from error
        except (exceptions.ConnectionError, OSError, AttributeError) as error:
            raise LinkLost("no connection") from error
        with self._lock:
            self._open = True

    def submit(self, fields: dict[str, Any]) -> "Future[Any]":
        """Ask for a ``submit_sm``; the future holds its response or ``LinkLost``, or is cancelled unsent."""
        future: Future[Any] = Future()
        with self._lock:
            if not self._open:
                future.cancel()
                return future
            self._asked.put((fields, future))
        with suppress(OSError):
            self._wake.send(b"\0")
        return future

    def run(self, deliver: Callable[[DeliveredFields], bool], stop: Event) -> None:
        """Go on until ``stop`` is set; raises ``LinkLost``.

        ``deliver`` returns whether a message is kept; the centre brings again what is not.
        """
        heard = asked = monotonic()
        try:
            while not stop.is_set():
                self._send_asked()
                if self._client.waits(min(_LOOK, self._pause), self._woken):
                    self._take(self._client.read_pdu(), deliver)
                    heard = asked = monotonic()
                elif monotonic() - heard > self._pause * _QUIET:
                    raise LinkLost("the message centre is silent")
                elif monotonic() - asked > self._pause:
                    self._client.send_pdu(smpp.make_pdu("enquire_link", client=self._client))
                    asked = monotonic()
            self._client.unbind()
        except (exceptions.ConnectionError, exceptions.PDUError, OSError) as error:
            raise LinkLost("the connection broke") from error

    def _send_asked(self) -> None:
        with suppress(BlockingIOError):
            while self._woken.recv(4096):
                pass
        while True:
            try:
                fields, future = self._asked.get_nowait()
            except Empty:
                return
            if not future.set_running_or_notify_cancel():
                continue
            pdu = smpp.make_pdu("submit_sm", client=self._client, **fields)
            self._under_way[pdu.sequence] = future
            self._client.send_pdu(pdu)

    def _take(self, pdu: Any, deliver: Callable[[DeliveredFields], bool]) -> None:
        if pdu is None:
            return
        if pdu.command == "deliver_sm":
            status = consts.SMPP_ESME_ROK if deliver(pdu) else consts.SMPP_ESME_RX_T_APPN
            self._client.answer("deliver_sm_resp", pdu.sequence, status)
        elif pdu.command == "submit_sm_resp":
            future = self._under_way.pop(pdu.sequence, None)
            if future is not None:
                future.set_result(pdu)
        elif pdu.command == "enquire_link":
            self._client.answer("enquire_link_resp", pdu.sequence)
        elif pdu.command == "unbind":
            self._client.answer("unbind_resp", pdu.sequence)
            raise LinkLost("the message centre ended the connection")

    def close(self) -> None:
        """Close the connection; what was submitted without an answer ends in ``LinkLost``."""
        with self._lock:
            self._open = False
        with suppress(OSError, exceptions.ConnectionError):
            self._client.disconnect()
        while True:
            try:
                self._asked.get_nowait()[1].cancel()
            except Empty:
                break
        for future in self._under_way.values():
            future.set_exception(LinkLost("the connection broke"))
        self._under_way.clear()
        self._wake.close()
        self._woken.close()

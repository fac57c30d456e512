"""A simulated message centre: an SMPP 3.4 server that delays, refuses, repeats, reorders and drops the link.

Written from the specification on the standard library alone, so that it agrees with the adapter about
nothing but the protocol.
"""

import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

BIND_TRANSCEIVER, SUBMIT_SM, DELIVER_SM, UNBIND, ENQUIRE_LINK = 0x09, 0x04, 0x05, 0x06, 0x15
RESPONSE = 0x80000000
BIND_FAILED, THROTTLED, TEMPORARY = 0x0D, 0x58, 0x64
WAIT = 10.0


@dataclass(frozen=True)
class Submitted:
    """A message that was handed to the centre."""

    id: str
    source: str
    destination: str
    esm_class: int
    coding: int
    receipt: bool
    content: bytes

    @property
    def text(self) -> str:
        """Return what stands behind a header, if there is one."""
        content = self.content[1 + self.content[0] :] if self.esm_class & 0x40 else self.content
        return content.decode("utf-16-be")


def text_field(value: str) -> bytes:
    return value.encode("ascii") + b"\0"


def tlv(tag: int, value: bytes) -> bytes:
    return struct.pack(">HH", tag, len(value)) + value


def deliver_body(
    source: str,
    destination: str,
    content: bytes,
    *,
    esm_class: int = 0,
    coding: int = 8,
    optional: bytes = b"",
) -> bytes:
    """Return the body of a ``deliver_sm``."""
    return (
        b"\0\1\1"
        + text_field(source)
        + b"\1\1"
        + text_field(destination)
        + bytes((esm_class, 0, 0))
        + b"\0\0"
        + bytes((0, 0, coding, 0, len(content)))
        + content
        + optional
    )


@dataclass
class Smsc:
    """One centre at a port of this machine; what it does wrong is set from outside."""

    password: str = "secret"
    submitted: list[Submitted] = field(default_factory=list)
    responses: dict[int, int] = field(default_factory=dict)
    """Statuses of ``deliver_sm_resp`` by sequence."""
    statuses: list[int] = field(default_factory=list)
    """What the next ``submit_sm`` are answered with; afterwards with success."""
    silent: bool = False
    """Whether it answers nothing at all, as behind a dead line."""
    drops_on_submit: bool = False
    held_back: list[bytes] | None = None
    """Responses kept to be sent in another order, once somebody says so."""
    binds: int = 0
    enquiries: int = 0
    on_submit: Callable[[], None] | None = None

    def __post_init__(self) -> None:
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = self._listening.getsockname()[1]
        self._peer: socket.socket | None = None
        self._sequence = 1000
        self._changed = threading.Condition()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def close(self) -> None:
        with suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        self.drop()
        self._thread.join(WAIT)
        assert not self._thread.is_alive()

    def drop(self) -> None:
        """Cut the link, in the middle of whatever it is."""
        peer = self._peer
        if peer is not None:
            with suppress(OSError):
                peer.shutdown(socket.SHUT_RDWR)

    def wait_for(self, what: Callable[[], bool]) -> None:
        """Wait until something is so."""
        with self._changed:
            assert self._changed.wait_for(what, WAIT)

    def deliver(self, body: bytes, *, raw_length: int | None = None) -> int:
        """Send a ``deliver_sm``; return its sequence."""
        self._sequence += 1
        self._send(DELIVER_SM, 0, self._sequence, body, raw_length)
        return self._sequence

    def reply(self, source: str, destination: str, text: str, **more: int) -> int:
        """Bring a client's message."""
        return self.deliver(deliver_body(source, destination, text.encode("utf-16-be"), **more))

    def receipt(self, message_id: str, state: str, *, optional: bytes = b"") -> int:
        """Bring a receipt in the form that most centres write."""
        text = (
            f"id:{message_id} sub:001 dlvrd:001 submit date:2606010800 done date:2606010801 "
            f"stat:{state} err:000 text:"
        )
        body = deliver_body(
            "8613800001111", "106900001", text.encode(), esm_class=4, coding=0, optional=optional
        )
        return self.deliver(body)

    def answered(self, sequence: int) -> int:
        """Return the status of the response to what was brought, once it is there."""
        self.wait_for(lambda: sequence in self.responses)
        return self.responses[sequence]

    def ask_to_unbind(self) -> None:
        self._send(UNBIND, 0, 1, b"")

    def let_go(self, order: Callable[[list[bytes]], list[bytes]]) -> None:
        """Send the responses that were held back, in this order."""
        assert self.held_back is not None
        assert self._peer is not None
        held, self.held_back = self.held_back, None
        for response in order(held):
            self._peer.sendall(response)

    def _send(
        self, command: int, status: int, sequence: int, body: bytes, raw_length: int | None = None
    ) -> None:
        assert self._peer is not None
        length = 16 + len(body) if raw_length is None else raw_length
        self._peer.sendall(struct.pack(">LLLL", length, command, status, sequence) + body)

    def _serve(self) -> None:
        while True:
            try:
                peer, _ = self._listening.accept()
            except OSError:
                return
            self._peer = peer
            with suppress(OSError, struct.error), peer:
                self._talk(peer)

    def _talk(self, peer: socket.socket) -> None:
        while head := self._exactly(peer, 16):
            length, command, status, sequence = struct.unpack(">LLLL", head)
            body = self._exactly(peer, length - 16) if length > 16 else b""
            with self._changed:
                self._take(command, status, sequence, body)
                self._changed.notify_all()

    @staticmethod
    def _exactly(peer: socket.socket, size: int) -> bytes:
        content = b""
        while len(content) < size:
            more = peer.recv(size - len(content))
            if not more:
                return b""
            content += more
        return content

    def _take(self, command: int, status: int, sequence: int, body: bytes) -> None:
        if command == DELIVER_SM | RESPONSE:
            self.responses[sequence] = status
        elif command == ENQUIRE_LINK:
            self.enquiries += 1
        if self.silent:
            return
        if command == BIND_TRANSCEIVER:
            right = body.split(b"\0")[1].decode() == self.password
            self._send(command | RESPONSE, 0 if right else BIND_FAILED, sequence, text_field("smsc"))
            self.binds += right
        elif command == SUBMIT_SM:
            self._submit(sequence, body)
        elif command in (UNBIND, ENQUIRE_LINK):
            self._send(command | RESPONSE, 0, sequence, b"")

    def _submit(self, sequence: int, body: bytes) -> None:
        if self.on_submit is not None:
            self.on_submit()
        if self.drops_on_submit:
            self.drop()
            return
        status = self.statuses.pop(0) if self.statuses else 0
        message_id = f"m{len(self.submitted) + 1}" if status == 0 else ""
        if status == 0:
            self.submitted.append(read_submit(message_id, body))
        answer = text_field(message_id)
        response = struct.pack(">LLLL", 16 + len(answer), SUBMIT_SM | RESPONSE, status, sequence) + answer
        if self.held_back is not None:
            self.held_back.append(response)
        else:
            assert self._peer is not None
            self._peer.sendall(response)


def read_submit(message_id: str, body: bytes) -> Submitted:
    """Read the body of a ``submit_sm``."""
    at = body.index(b"\0") + 1 + 2
    end = body.index(b"\0", at)
    source = body[at:end].decode()
    at = end + 1 + 2
    end = body.index(b"\0", at)
    destination = body[at:end].decode()
    at = end + 1
    esm_class = body[at]
    at += 3
    for _ in range(2):
        at = body.index(b"\0", at) + 1
    receipt, _replace, coding, _default, length = body[at : at + 5]
    content = body[at + 5 : at + 5 + length]
    assert len(content) == length
    return Submitted(message_id, source, destination, esm_class, coding, bool(receipt), content)


@contextmanager
def running_smsc() -> Iterator[Smsc]:
    smsc = Smsc()
    try:
        yield smsc
    finally:
        smsc.close()

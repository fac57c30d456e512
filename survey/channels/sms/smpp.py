"""A message centre under SMPP 3.4, held open by ``minping sms run``: replies come in over the same link."""

import logging
from collections.abc import Callable, Sequence
from concurrent.futures import CancelledError
from concurrent.futures import TimeoutError as TooLate
from dataclasses import dataclass, field
from importlib.util import find_spec
from threading import Event
from typing import Any, NoReturn

from survey.domain.errors import NotAuthentic, SmppNotInstalled
from survey.domain.operations.failure import kind_and_places
from survey.domain.sms.incoming import Incoming, Receipt, Refused, Sent, Unknown
from survey.domain.sms.message_parts import PartPrice

from .ports import Outcome
from .smpp_messages import UCS2, DeliveredFields, is_reply, read_receipt_fields, read_reply_fields, submitted
from .webhook import WebhookAnswer, WebhookRequest

_log = logging.getLogger("minping")
_LATER = {0x14: "its queue is full", 0x58: "too many at once", 0x08: "it has a failure"}
_MAX_WAIT = 60.0


@dataclass
class _Held:
    """The session that is bound now, if any."""

    session: Any = None


@dataclass(frozen=True)
class SmppChannel:
    """A bind as a transceiver."""

    name: str
    rate: int
    number: str
    host: str
    port: int
    tls: bool
    system_id: str
    password: str = field(repr=False)
    system_type: str = ""
    seconds: float = 8.0
    """How long the centre has for an answer; shorter than what ending the process may take."""
    pause: float = 30.0
    """How long the link may be silent before it is asked whether it is there."""
    retry: float = 1.0
    """How long to wait before connecting anew, at first; twice as long each time, up to a minute."""
    _held: _Held = field(default_factory=_Held, repr=False, compare=False)
    price: PartPrice | None = None

    def send(self, number: str, text: str, reference: str, sub_number: str = "") -> Outcome:  # noqa: ARG002
        """Submit each part and wait for its response; the last one's id stands for all, and is receipted.

        SMPP carries no name that a receipt would bring back, so ``reference`` stays here.
        """
        session = self._held.session
        if session is None:
            return Refused("the channel is not bound; see: minping sms run", later=True)
        sent: Outcome = Refused("nothing to send")
        for at, (content, kind, last) in enumerate(submitted(text)):
            sent = self._submit(session, number, sub_number, content, kind, last)
            if not isinstance(sent, Sent):
                # Some of it may have gone out: that is neither sent nor unsent.
                return sent if at == 0 else Unknown(f"only {at} parts were taken")
        return sent

    def _submit(
        self, session: Any, number: str, sub_number: str, content: bytes, kind: int, last: bool
    ) -> Outcome:
        from .smpp_session import LinkLost

        future = session.submit(
            {
                "source_addr_ton": 0,
                "source_addr_npi": 1,
                "source_addr": self.number + sub_number,
                "dest_addr_ton": 1,
                "dest_addr_npi": 1,
                "destination_addr": number.removeprefix("+"),
                "esm_class": kind,
                "data_coding": UCS2,
                "registered_delivery": int(last),
                "short_message": content,
            }
        )
        try:
            response = future.result(self.seconds)
        except CancelledError:
            return Refused("the channel is not bound any more", later=True)
        except LinkLost as error:
            return Unknown(str(error))
        except TooLate:
            # What is not on its way yet can be taken back; of the rest nobody knows.
            return Refused("the channel is busy", later=True) if future.cancel() else Unknown("no answer")
        if response.status == 0:
            return Sent((response.message_id or b"").decode("ascii", "replace"))
        why = _LATER.get(response.status)
        return Refused(f"status {response.status:#x}{f': {why}' if why else ''}", later=why is not None)

    def hold(
        self,
        replies: Callable[[Sequence[Incoming]], None],
        receipts: Callable[[Sequence[Receipt]], None],
        stop: Event,
    ) -> None:
        """Stay bound until ``stop`` is set; raises ``SmppNotInstalled``.

        Each message is handed over alone; where that raises, the centre is told to bring it again.
        """
        if find_spec("smpplib") is None:
            raise SmppNotInstalled
        wait = self.retry
        while not stop.is_set():
            if self._hold_once(lambda fields: self._deliver(fields, replies, receipts), stop):
                wait = self.retry
            stop.wait(wait)
            wait = min(2 * wait, _MAX_WAIT)

    def _hold_once(self, deliver: Callable[[DeliveredFields], bool], stop: Event) -> bool:
        """Return whether it was bound, once it is not any more."""
        from .smpp_session import LinkLost, SmppSession

        session = SmppSession(self.host, self.port, tls=self.tls, seconds=self.seconds, pause=self.pause)
        bound = False
        try:
            session.bind(self.system_id, self.password, self.system_type)
            bound, self._held.session = True, session
            _log.info("sms channel bound", extra={"facts": {"channel": self.name}})
            session.run(deliver, stop)
        except LinkLost as error:
            _log.warning("sms channel lost", extra={"facts": {"channel": self.name, "why": str(error)}})
        finally:
            self._held.session = None
            session.close()
        return bound

    def _deliver(
        self,
        fields: DeliveredFields,
        replies: Callable[[Sequence[Incoming]], None],
        receipts: Callable[[Sequence[Receipt]], None],
    ) -> bool:
        """Return whether what came is kept, or is nothing that would be."""
        try:
            if not is_reply(fields):
                receipt = read_receipt_fields(fields)
                if receipt is not None:
                    receipts([receipt])
                return True
            reply = read_reply_fields(fields, self.number)
            if reply is not None:
                replies([reply])
        except Exception as error:  # whatever kept it from being kept, the centre has to bring it again
            # Neither what the exception quotes nor the moment: a client's answer is nobody's business.
            facts = {"channel": self.name, **kind_and_places(error), "timeless": True}
            _log.warning("sms message not kept", extra={"facts": facts})
            return False
        return True

    def authenticate(self, _request: WebhookRequest, /) -> NoReturn:
        """Refuse whatever comes over HTTP: this channel has no address there."""
        raise NotAuthentic("forged")

    def parse_reply(self, _request: WebhookRequest, /) -> list[Incoming]:
        """Return nothing."""
        return []

    def parse_receipt(self, _request: WebhookRequest, /) -> list[Receipt]:
        """Return nothing."""
        return []

    def acknowledge(self) -> WebhookAnswer:
        """Answer nothing."""
        return WebhookAnswer(404, b"", "text/plain")

    def refuse(self, _request: WebhookRequest, /) -> WebhookAnswer:
        """Answer nothing."""
        return WebhookAnswer(404, b"", "text/plain")

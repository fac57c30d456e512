"""What SMPP carries: a reply or a receipt read from its fields, a text divided into what is submitted."""

import re
import secrets
from collections.abc import Iterator
from typing import Protocol

from survey.domain.sms.incoming import Incoming, LongPart, Receipt
from survey.domain.sms.message_parts import split_parts

from .webhook import behind, sender_of

UCS2 = 8
HAS_HEADER = 0x40
_KIND = 0x3C
_RECEIPT = 0x04
_CODINGS = {0: "ascii", 1: "ascii", 3: "latin-1", UCS2: "utf-16-be", 15: "gb18030"}
"""Texts by their data coding; 15 is what gateways of mainland China write GBK under."""
_STATE = re.compile(rb"\bstat:([A-Z]{2,8})")
_ID = re.compile(rb"\bid:(\S{1,64})")
_STATES = {2: "DELIVRD", 3: "EXPIRED", 4: "DELETED", 5: "UNDELIV", 7: "UNKNOWN", 8: "REJECTD"}
_FAILED = frozenset({"EXPIRED", "DELETED", "UNDELIV", "UNKNOWN", "REJECTD"})


class DeliveredFields(Protocol):
    """The fields of a ``deliver_sm`` that are looked at: bytes as they came, ``None`` where missing."""

    source_addr: bytes | None
    destination_addr: bytes | None
    esm_class: int | None
    data_coding: int | None
    short_message: bytes | None
    message_payload: bytes | None
    receipted_message_id: bytes | None
    message_state: int | None
    sar_msg_ref_num: int | None
    sar_total_segments: int | None
    sar_segment_seqnum: int | None


def is_reply(fields: DeliveredFields) -> bool:
    """Return whether it is a client's message: neither a receipt nor another notice of the carrier."""
    return not (fields.esm_class or 0) & _KIND


def read_reply_fields(fields: DeliveredFields, number: str) -> Incoming | None:
    """Return the reply, ``None`` where no mobile number sent it. SMPP gives neither an id nor a time."""
    sender = sender_of("+" + _ascii(fields.source_addr).lstrip("+"))
    sender = sender or sender_of(_ascii(fields.source_addr))
    if sender is None:
        return None
    content = fields.message_payload or fields.short_message or b""
    part = None
    if (fields.esm_class or 0) & HAS_HEADER and content:
        part, content = _header(content)
    elif fields.sar_total_segments and fields.sar_segment_seqnum:
        part = _part(fields.sar_msg_ref_num or 0, fields.sar_total_segments, fields.sar_segment_seqnum)
    text = _decoded(content, fields.data_coding or 0)
    to, exact = behind(_ascii(fields.destination_addr), number)
    return Incoming(sender, to, text, "", None, part, exact)


def read_receipt_fields(fields: DeliveredFields) -> Receipt | None:
    """Return the receipt, ``None`` where the message is still on its way or nothing says which it was."""
    if (fields.esm_class or 0) & _KIND != _RECEIPT:
        return None
    content = fields.message_payload or fields.short_message or b""
    named, told = _ID.search(content), _STATE.search(content)
    id_ = _ascii(fields.receipted_message_id) or (_ascii(named[1]) if named else "")
    state = _STATES.get(fields.message_state or 0, "") or (_ascii(told[1]) if told else "")
    if not id_ or not (state == "DELIVRD" or state in _FAILED):
        return None
    delivered = state == "DELIVRD"
    return Receipt("", delivered, id_, "" if delivered else state)


def submitted(text: str) -> Iterator[tuple[bytes, int, bool]]:
    """Yield for each part of a text its bytes, its class, and whether it is the last."""
    parts = split_parts(text)
    reference = secrets.randbelow(256)
    for number, part in enumerate(parts, 1):
        content = part.encode("utf-16-be", "replace")
        if len(parts) == 1:
            yield content, 0, True
        else:
            head = bytes((5, 0, 3, reference, len(parts), number))
            yield head + content, HAS_HEADER, number == len(parts)


def _ascii(value: bytes | None) -> str:
    return (value or b"").strip(b"\0 ").decode("ascii", "replace")


def _decoded(content: bytes, coding: int) -> str:
    """Return a text; binary and unknown codings are unreadable, and so is the reply that they make."""
    encoding = _CODINGS.get(coding)
    if encoding is None:
        return "\ufffd"
    if encoding == "utf-16-be":
        # Half a character, cut between parts, is kept until they are joined.
        return content[: len(content) // 2 * 2].decode(encoding, "surrogatepass")
    return content.decode(encoding, "replace")


def _header(content: bytes) -> tuple[LongPart | None, bytes]:
    """Return which part a header says that this is, and what stands behind it."""
    length = content[0]
    head, rest = content[1 : 1 + length], content[1 + length :]
    part = None
    while len(head) >= 2:
        kind, size = head[0], head[1]
        value, head = head[2 : 2 + size], head[2 + size :]
        if (kind, len(value)) in ((0, 3), (8, 4)):
            part = _part(int.from_bytes(value[:-2], "big"), value[-2], value[-1])
    return part, rest


def _part(reference: int, total: int, number: int) -> LongPart | None:
    return LongPart(reference, total, number) if total > 1 and 1 <= number <= total else None

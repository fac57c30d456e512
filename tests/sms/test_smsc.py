"""The simulated message centre reads and writes what the specification says, byte by byte."""

from tests.sms.smsc import deliver_body, read_submit, tlv


def test_a_submitted_message_is_read() -> None:
    body = bytes.fromhex(
        "00"
        "00"
        "01" + b"106900001".hex() + "00"
        "01"
        "01" + b"8613800001111".hex() + "00"
        "40"
        "00"
        "00"
        "00"
        "00"
        "01"
        "00"
        "08"
        "00"
        "08"
        "050003070201"
        "6d4b"
    )
    message = read_submit("m1", body)
    assert (message.source, message.destination) == ("106900001", "8613800001111")
    assert (message.esm_class, message.coding, message.receipt, message.text) == (0x40, 8, True, "测")


def test_a_delivered_message_is_written() -> None:
    body = deliver_body("86138", "1069", b"\0003", optional=tlv(0x20A, b"\0\1"))
    assert body.hex() == (
        "000101" + b"86138".hex() + "000101" + b"1069".hex() + "00000000000000000800020033020a00020001"
    )

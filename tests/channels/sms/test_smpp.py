"""The SMPP adapter beside a message centre that does everything a real one does wrong."""

import random
import ssl
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from threading import Event, Thread
from time import monotonic
from typing import Any

import pytest

from survey.channels.sms import smpp
from survey.channels.sms.smpp import SmppChannel
from survey.domain.errors import NotAuthentic, SmppNotInstalled
from survey.domain.sms.incoming import Incoming, LongPart, Receipt, Refused, Sent, Unknown
from survey.domain.sms.long_reply import join_parts
from tests.sms.smsc import TEMPORARY, THROTTLED, WAIT, Smsc, deliver_body, running_smsc, tlv

pytestmark = pytest.mark.slow
NUMBER = "+8613800001111"


@dataclass
class Taker:
    """Keeps what comes, or fails as a database would."""

    replies: list[Incoming] = field(default_factory=list)
    receipts: list[Receipt] = field(default_factory=list)
    failures: int = 0
    changed: threading.Condition = field(default_factory=threading.Condition)

    def take(self, came: Sequence[Incoming]) -> None:
        if self.failures:
            self.failures -= 1
            raise OSError("the database is away")
        with self.changed:
            self.replies += came
            self.changed.notify_all()

    def take_receipts(self, came: Sequence[Receipt]) -> None:
        if self.failures:
            self.failures -= 1
            raise OSError("the database is away")
        with self.changed:
            self.receipts += came
            self.changed.notify_all()


@dataclass
class Link:
    """A channel that is held in a thread, and the centre on the other side."""

    smsc: Smsc
    channel: SmppChannel
    taker: Taker
    stop: Event
    thread: Thread


Hold = Callable[..., Link]


@pytest.fixture
def smsc() -> Iterator[Smsc]:
    with running_smsc() as made:
        yield made


@pytest.fixture
def hold(smsc: Smsc) -> Iterator[Hold]:
    links: list[Link] = []

    def start(**settings: Any) -> Link:
        chosen = {"password": "secret", "seconds": 5.0, "pause": 30.0, "retry": 0.01, **settings}
        chosen = {"tls": False, **chosen}
        channel = SmppChannel(
            "office", 10, "106900001", "127.0.0.1", smsc.port, system_id="minping", **chosen
        )
        taker, stop = Taker(), Event()
        thread = Thread(target=channel.hold, args=(taker.take, taker.take_receipts, stop), daemon=True)
        thread.start()
        links.append(Link(smsc, channel, taker, stop, thread))
        return links[-1]

    yield start
    for link in links:
        link.stop.set()
        link.thread.join(WAIT)
        assert not link.thread.is_alive()


@pytest.fixture
def link(hold: Hold, smsc: Smsc) -> Link:
    made = hold()
    bound(made)
    return made


def bound(link: Link) -> None:
    """Wait until messages can be sent."""
    link.smsc.wait_for(lambda: link.smsc.binds > 0)
    outcome = link.channel.send(NUMBER, "试", "r0")
    while outcome == Refused("the channel is not bound; see: minping sms run", later=True):
        outcome = link.channel.send(NUMBER, "试", "r0")
    link.smsc.submitted.clear()


def test_a_message_is_sent_with_its_sub_number(link: Link) -> None:
    assert link.channel.send(NUMBER, "满意吗？1满意2不满意", "r1", "07") == Sent("m1")
    (message,) = link.smsc.submitted
    assert (message.source, message.destination) == ("10690000107", "8613800001111")
    assert (message.text, message.coding, message.receipt, message.esm_class) == (
        "满意吗？1满意2不满意",
        8,
        True,
        0,
    )


def test_a_long_message_goes_in_parts_that_a_phone_joins(link: Link) -> None:
    text = "测" * 66 + "😀" + "评" * 70
    assert link.channel.send(NUMBER, text, "r1") == Sent("m3")
    parts = link.smsc.submitted
    assert "".join(part.text for part in parts) == text
    heads = [part.content[:6] for part in parts]
    assert [head[:3] + head[4:] for head in heads] == [bytes((5, 0, 3, 3, number)) for number in (1, 2, 3)]
    assert len({head[3] for head in heads}) == 1
    assert [part.receipt for part in parts] == [False, False, True]
    assert max(len(part.content) for part in parts) <= 140


@pytest.mark.parametrize(("status", "later"), [(THROTTLED, True), (0x14, True), (0x0B, False), (0x45, False)])
def test_a_refusal_is_one(link: Link, status: int, later: bool) -> None:
    link.smsc.statuses.append(status)
    outcome = link.channel.send(NUMBER, "测", "r1")
    assert isinstance(outcome, Refused)
    assert outcome.later is later
    assert f"{status:#x}" in outcome.why


def test_a_long_message_refused_in_the_middle_is_neither_sent_nor_unsent(link: Link) -> None:
    link.smsc.statuses += [0, THROTTLED]
    assert link.channel.send(NUMBER, "测" * 71, "r1") == Unknown("only 1 parts were taken")


def test_without_a_bind_nothing_is_sent(smsc: Smsc) -> None:
    channel = SmppChannel("office", 10, "1069", "127.0.0.1", smsc.port, False, "minping", "secret")
    assert channel.send(NUMBER, "测", "r1") == Refused(
        "the channel is not bound; see: minping sms run", later=True
    )


def test_a_link_cut_after_the_message_leaves_it_unknown(link: Link) -> None:
    link.smsc.drops_on_submit = True
    assert isinstance(link.channel.send(NUMBER, "测", "r1"), Unknown)


def test_a_centre_that_does_not_answer_leaves_it_unknown(hold: Hold, smsc: Smsc) -> None:
    link = hold(seconds=0.2)
    bound(link)
    smsc.silent = True
    assert link.channel.send(NUMBER, "测", "r1") == Unknown("no answer")


def test_responses_in_another_order_find_their_messages(link: Link) -> None:
    link.smsc.held_back = []
    outcomes: dict[int, object] = {}
    threads = [
        Thread(target=lambda n=n: outcomes.update({n: link.channel.send(NUMBER, f"第{n}条", f"r{n}")}))
        for n in range(3)
    ]
    for thread in threads:
        thread.start()
    link.smsc.wait_for(lambda: len(link.smsc.held_back or []) == 3)
    link.smsc.let_go(lambda held: held[::-1])
    for thread in threads:
        thread.join(WAIT)
    ids = {message.text: message.id for message in link.smsc.submitted}
    assert outcomes == {n: Sent(ids[f"第{n}条"]) for n in range(3)}


def test_a_reply_is_handed_over_before_it_is_acknowledged(link: Link) -> None:
    sequence = link.smsc.reply("8613800001111", "10690000107", "3。")
    assert link.smsc.answered(sequence) == 0
    assert link.taker.replies == [Incoming(NUMBER, "07", "3。", "", None, exact=True)]


def test_what_was_not_kept_comes_again(link: Link) -> None:
    link.taker.failures = 2
    for _ in range(2):
        assert link.smsc.answered(link.smsc.reply("8613800001111", "1069000017", "3")) == TEMPORARY
    assert link.taker.replies == []
    assert link.smsc.answered(link.smsc.reply("8613800001111", "1069000017", "3")) == 0
    assert [reply.text for reply in link.taker.replies] == ["3"]


def test_a_receipt_that_was_not_kept_comes_again(link: Link) -> None:
    link.taker.failures = 1
    assert link.smsc.answered(link.smsc.receipt("m1", "DELIVRD")) == TEMPORARY
    assert link.smsc.answered(link.smsc.receipt("m1", "DELIVRD")) == 0
    assert link.taker.receipts == [Receipt("", True, "m1")]


@pytest.mark.parametrize(
    ("state", "receipts"),
    [
        ("DELIVRD", [Receipt("", True, "m7")]),
        ("UNDELIV", [Receipt("", False, "m7", "UNDELIV")]),
        ("EXPIRED", [Receipt("", False, "m7", "EXPIRED")]),
        ("REJECTD", [Receipt("", False, "m7", "REJECTD")]),
        ("ACCEPTD", []),
        ("ENROUTE", []),
    ],
)
def test_only_final_receipts_are_handed_over(link: Link, state: str, receipts: list[Receipt]) -> None:
    assert link.smsc.answered(link.smsc.receipt("m7", state)) == 0
    assert (link.taker.receipts, link.taker.replies) == (receipts, [])


def test_what_a_receipt_says_in_fields_goes_before_its_text(link: Link) -> None:
    fields = tlv(0x001E, b"a1b2\0") + tlv(0x0427, b"\5")
    assert link.smsc.answered(link.smsc.receipt("other", "DELIVRD", optional=fields)) == 0
    assert link.taker.receipts == [Receipt("", False, "a1b2", "UNDELIV")]


@pytest.mark.parametrize(
    ("content", "more", "text"),
    [
        ("3".encode("utf-16-be"), {}, "3"),
        (b"3", {"coding": 0}, "3"),
        (b"3", {"coding": 1}, "3"),
        ("满意".encode("gb18030"), {"coding": 15}, "满意"),
        (b"\x01\x02", {"coding": 4}, "\ufffd"),
        (b"\0003\xd8", {}, "3"),
        (b"", {"optional": tlv(0x0424, "不满意".encode("utf-16-be"))}, "不满意"),
        (b"", {}, ""),
        (b"3", {"coding": 0, "optional": tlv(0x1501, b"vendor")}, "3"),
    ],
)
def test_every_coding_is_read_or_unreadable(link: Link, content: bytes, more: Any, text: str) -> None:
    body = deliver_body("8613800001111", "106900001", content, **more)
    assert link.smsc.answered(link.smsc.deliver(body)) == 0
    assert [reply.text for reply in link.taker.replies] == [text]


@pytest.mark.parametrize("source", ["13800001111", "+8613800001111", "008613800001111"])
def test_a_number_may_be_written_in_any_way(link: Link, source: str) -> None:
    assert link.smsc.answered(link.smsc.reply(source, "106900001", "3")) == 0
    assert [reply.number for reply in link.taker.replies] == [NUMBER]


@pytest.mark.parametrize("source", ["", "10086", "85291234567", "12025550100", "12345678901234567890"])
def test_what_no_client_sent_is_acknowledged_and_left_out(link: Link, source: str) -> None:
    assert link.smsc.answered(link.smsc.reply(source, "106900001", "3")) == 0
    assert link.taker.replies == []


def test_parts_of_a_long_reply_say_which_they_are(link: Link) -> None:
    whole = ("很不满意，" * 16)[:75] + "😀"
    content = whole.encode("utf-16-be")
    parts = [content[:132], content[132:]]
    for number in (2, 1, 2):
        body = deliver_body(
            "8613800001111",
            "106900001",
            bytes((5, 0, 3, 9, 2, number)) + parts[number - 1],
            esm_class=0x40,
        )
        assert link.smsc.answered(link.smsc.deliver(body)) == 0
    assert [reply.part for reply in link.taker.replies] == [LongPart(9, 2, n) for n in (2, 1, 2)]
    joined = join_parts(link.taker.replies)
    assert joined is not None
    assert joined.text == whole


def test_parts_may_also_be_told_by_fields_or_a_wide_reference(link: Link) -> None:
    fields = tlv(0x020C, b"\1\2") + tlv(0x020E, b"\2") + tlv(0x020F, b"\1")
    link.smsc.deliver(deliver_body("8613800001111", "1069", b"3", coding=0, optional=fields))
    wide = bytes((6, 8, 4, 1, 2, 2, 2)) + b"3"
    last = link.smsc.deliver(deliver_body("8613800001111", "1069", wide, coding=0, esm_class=0x40))
    assert link.smsc.answered(last) == 0
    assert [reply.part for reply in link.taker.replies] == [LongPart(0x102, 2, 1), LongPart(0x102, 2, 2)]


def test_a_header_that_is_none_makes_no_error(link: Link) -> None:
    for head in (b"\xff", b"\0", bytes((3, 0, 9, 1)), bytes((5, 0, 3, 1, 2, 9)), bytes((5, 0, 3, 1, 0, 0))):
        body = deliver_body("8613800001111", "1069", head + b"3", coding=0, esm_class=0x40)
        assert link.smsc.answered(link.smsc.deliver(body)) == 0
    assert [reply.part for reply in link.taker.replies] == [None] * 5


def test_a_message_that_cannot_be_read_is_refused_for_good_and_the_next_one_taken(link: Link) -> None:
    broken = link.smsc.deliver(deliver_body("8613800001111", "1069", b"3", coding=0, optional=b"\0"))
    after = link.smsc.reply("8613800001111", "1069", "4")
    assert link.smsc.answered(broken) == 0x65
    assert link.smsc.answered(after) == 0
    assert [reply.text for reply in link.taker.replies] == ["4"]
    assert link.smsc.binds == 1


def test_the_link_is_bound_anew_when_it_is_lost(link: Link) -> None:
    link.smsc.drop()
    link.smsc.wait_for(lambda: link.smsc.binds == 2)
    assert link.smsc.answered(link.smsc.reply("8613800001111", "106900001", "3")) == 0
    assert len(link.taker.replies) == 1


@pytest.mark.parametrize("seed", range(3))
def test_what_is_acknowledged_is_kept_whatever_happens(link: Link, seed: int) -> None:
    """The centre repeats and reorders, the link breaks, the database fails: nothing acknowledged is lost."""
    rng = random.Random(seed)
    waiting = {f"{number}" for number in range(200)}
    acknowledged: set[str] = set()
    breaks = 0
    while waiting:
        binds = link.smsc.binds
        link.taker.failures = rng.choice([0, 0, 2])
        sent: dict[int, str] = {}
        for text in rng.sample(sorted(waiting), min(len(waiting), 40)):
            for _ in range(rng.choice([1, 1, 1, 2])):
                sent[link.smsc.reply("8613800001111", "106900001", text)] = text
        if breaks < 3 and rng.random() < 0.5:
            breaks += 1
            link.smsc.drop()
            link.smsc.wait_for(lambda binds=binds: link.smsc.binds > binds)
        else:
            link.smsc.wait_for(lambda sent=sent: link.smsc.responses.keys() >= sent.keys())
        done = {text for sequence, text in sent.items() if link.smsc.responses.get(sequence) == 0}
        acknowledged |= done
        waiting -= done
        assert done <= {reply.text for reply in link.taker.replies}
    assert {reply.text for reply in link.taker.replies} == acknowledged
    assert len(acknowledged) == 200


def test_nonsense_ends_nothing_but_a_link(link: Link) -> None:
    """Whatever bytes stand in a message, each has an answer or costs the link, and the next one is taken."""
    rng = random.Random(7)
    for number in range(150):
        body = bytearray(
            deliver_body(
                "8613800001111",
                "106900001",
                bytes((5, 0, 3, 9, 2, 1)) + "很不满意".encode("utf-16-be"),
                esm_class=rng.choice([0, 4, 0x40, 0x44]),
                optional=tlv(0x001E, b"id\0") + tlv(0x020C, b"\1\2") + tlv(0x0427, b"\2"),
            )
        )
        for _ in range(rng.randint(1, 4)):
            body[rng.randrange(len(body))] = rng.randrange(256)
        binds = link.smsc.binds
        sequence = link.smsc.deliver(bytes(body[: rng.choice([len(body), rng.randrange(len(body))])]))
        link.smsc.wait_for(
            lambda sequence=sequence, binds=binds: sequence in link.smsc.responses or link.smsc.binds > binds
        )
        assert link.thread.is_alive(), number
    link.taker.replies.clear()
    assert link.smsc.answered(link.smsc.reply("8613800001111", "106900001", "3")) == 0
    assert [reply.text for reply in link.taker.replies] == ["3"]


def test_a_length_that_no_message_has_ends_the_link(link: Link) -> None:
    link.smsc.deliver(b"", raw_length=0x7FFFFFFF)
    link.smsc.wait_for(lambda: link.smsc.binds == 2)


def test_the_centre_may_end_the_link(link: Link) -> None:
    link.smsc.ask_to_unbind()
    link.smsc.wait_for(lambda: link.smsc.binds == 2)


def test_a_quiet_link_is_asked_whether_it_is_there(hold: Hold, smsc: Smsc) -> None:
    bound(hold(pause=0.05))
    smsc.wait_for(lambda: smsc.enquiries >= 3)
    assert smsc.binds == 1


def test_a_dead_link_is_given_up(hold: Hold, smsc: Smsc) -> None:
    bound(hold(pause=0.05))
    smsc.silent = True
    smsc.wait_for(lambda: smsc.enquiries >= 2)
    smsc.silent = False
    smsc.wait_for(lambda: smsc.binds == 2)


def test_a_wrong_password_is_tried_again_and_never_shown(
    hold: Hold, smsc: Smsc, caplog: pytest.LogCaptureFixture
) -> None:
    link = hold(password="wrong")
    for _ in range(200):
        if any("refused with status 13" in str(getattr(one, "facts", "")) for one in caplog.records):
            break
        link.stop.wait(0.02)
    assert smsc.binds == 0
    smsc.password = "wrong"
    smsc.wait_for(lambda: smsc.binds == 1)
    assert "wrong" not in repr(link.channel)
    assert all("wrong" not in str(vars(one)) for one in caplog.records)


def test_nothing_of_a_message_is_logged(link: Link, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    link.taker.failures = 1
    link.smsc.answered(link.smsc.reply("8613800001111", "1069", "很不满意"))
    link.smsc.drop()
    link.smsc.wait_for(lambda: link.smsc.binds == 2)
    said = "".join(str(vars(one)) for one in caplog.records)
    assert "sms message not kept" in said
    assert not [word for word in ("13800001111", "很不满意", "5f88", "database is away") if word in said]


def test_over_tls_it_is_the_same(hold: Hold, smsc: Smsc, trusted: ssl.SSLContext) -> None:
    smsc.secure = trusted
    link = hold(tls=True)
    bound(link)
    assert link.channel.send(NUMBER, "测" * 80, "r1") == Sent("m2")
    for text in ("3", "4"):
        link.smsc.reply("8613800001111", "106900001", text)
    link.smsc.wait_for(lambda: len(link.smsc.responses) == 2)
    assert [reply.text for reply in link.taker.replies] == ["3", "4"]


def test_a_centre_whose_certificate_nobody_knows_is_none(
    hold: Hold, smsc: Smsc, secure: ssl.SSLContext, caplog: pytest.LogCaptureFixture
) -> None:
    smsc.secure = secure
    link = hold(tls=True)
    for _ in range(200):
        if any("no connection" in str(getattr(one, "facts", "")) for one in caplog.records):
            break
        link.stop.wait(0.02)
    else:
        pytest.fail("it was not refused")
    assert smsc.binds == 0


def test_it_stops_at_once(link: Link) -> None:
    link.stop.set()
    link.thread.join(WAIT)
    assert not link.thread.is_alive()
    assert isinstance(link.channel.send(NUMBER, "测", "r1"), Refused)


def test_it_stops_though_the_centre_is_silent(link: Link) -> None:
    link.smsc.silent = True
    began = monotonic()
    link.stop.set()
    link.thread.join(WAIT)
    assert not link.thread.is_alive()
    assert monotonic() - began < 4


def test_without_the_library_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(smpp, "find_spec", lambda name: None)
    channel = SmppChannel("office", 10, "", "127.0.0.1", 1, False, "minping", "secret")
    with pytest.raises(SmppNotInstalled, match="minping\\[sms\\]"):
        channel.hold(lambda came: None, lambda came: None, Event())


def test_over_http_nothing_is_taken(smsc: Smsc) -> None:
    channel = SmppChannel("office", 10, "", "127.0.0.1", smsc.port, False, "minping", "secret")
    with pytest.raises(NotAuthentic):
        channel.authenticate(None)  # type: ignore[arg-type]

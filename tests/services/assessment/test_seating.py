"""Who has which seat: by role, as given, taken away; what the log says of it."""

import pytest
from flask import Flask

from survey.domain.assessment.reports.seat_list import SeatAsked
from survey.domain.assessment.seats import Seat, SeatAct, SeatPart, may_act
from survey.domain.errors import BadNumbers, BadSeat, UnknownAssessment, UnknownSeat
from survey.services.accounts import accounts, sessions
from survey.services.accounts.accounts import Account
from survey.services.assessment import assessments, seating
from survey.services.assessment.seating import GivenSeat, SeatLink
from survey.services.audit import audit
from survey.storage.accounts import account_rows, session_rows
from survey.storage.database import transaction
from tests.builders import BY
from tests.sample_year import SAMPLE_CODE, sample
from tests.signing_in import an_account
from tests.storage.assessment.stored_assessment import a_year

from .sample_taken import current, issued, rows

REPORTER = SeatAsked("张三", SeatPart.REPORTER, ("t1",))


def give(asked: SeatAsked = REPORTER, *, elsewhere: bool = False) -> GivenSeat:
    with transaction(write=True) as session:
        return seating.give(session, SAMPLE_CODE, asked, BY, elsewhere=elsewhere)


def held(account: Account) -> list[tuple[str, tuple[str, ...]]]:
    with transaction() as session:
        return [(seat.part, seat.keys) for seat in seating.seats_of(session, account, current())]


def links() -> list[SeatLink]:
    with transaction(write=True) as session:
        return seating.make_links(session, SAMPLE_CODE, BY)


def acts() -> list[tuple[str, object]]:
    with transaction() as session:
        audit.verify(session)
        found = audit.history(session, assessments.logged_as(SAMPLE_CODE))
        return [(entry.act, facts) for entry, facts in found if entry.act.startswith("seat")]


@pytest.mark.parametrize(
    ("role", "unit", "parts"),
    [
        ("organiser", "甲局", ["office"]),
        ("owner", "", ["office"]),
        ("scrutineer", "甲局", ["signer"]),
        ("viewer", "甲局", []),
        ("member", "甲局", []),
        ("organiser", "乙局", []),
        ("scrutineer", "", []),
    ],
)
def test_seats_by_role(each_app: Flask, role: str, unit: str, parts: list[str]) -> None:
    issued()
    account = an_account(role, unit)
    assert [part for part, _ in held(account)] == parts
    with transaction() as session:
        assert [one.listed.code for one in seating.open_assessments(session, account)] == [SAMPLE_CODE] * len(
            parts
        )
        menu = seating.has_assessments(session, account)
    assert menu is (bool(parts) or role == "organiser")


def test_a_seat_is_given_changed_and_taken_away(each_app: Flask) -> None:
    issued()
    given = give()
    assert given.is_new
    assert (given.account.role, given.account.unit) == ("member", "城关镇")
    assert given.seat == Seat(given.account.id, SAMPLE_CODE, SeatPart.REPORTER, ("t1",), frozenset({"t1"}))
    again = give()
    assert not again.is_new
    give(SeatAsked("张三", SeatPart.REPORTER, ("t1", "t2")))
    give(SeatAsked("张三", SeatPart.APPROVER, ("t1",)))
    assert held(given.account) == [("reporter", ("t1", "t2")), ("approver", ("t1",))]
    with transaction() as session:
        assert seating.has_assessments(session, given.account)
        assert [len(one.seats) for one in seating.open_assessments(session, given.account)] == [2]
    with transaction(write=True) as session:
        seating.take_away(session, SAMPLE_CODE, given.account.id, SeatPart.REPORTER, BY)
    assert held(given.account) == [("approver", ("t1",))]
    with pytest.raises(UnknownSeat), transaction(write=True) as session:
        seating.take_away(session, SAMPLE_CODE, given.account.id, SeatPart.REPORTER, BY)
    assert acts() == [
        ("seat", {"name": "张三", "part": "reporter", "keys": ["t1"], "new": True}),
        ("seat", {"name": "张三", "part": "reporter", "keys": ["t1", "t2"]}),
        ("seat", {"name": "张三", "part": "approver", "keys": ["t1"]}),
        ("seat-taken", {"name": "张三", "part": "reporter"}),
    ]


def test_a_new_account_belongs_where_its_seat_does(app: Flask) -> None:
    issued()
    for asked, unit in (
        (SeatAsked("一", SeatPart.LEAD, ("org",)), "组织部"),
        (SeatAsked("二", SeatPart.GROUP, ("t1",)), "甲局"),
        (SeatAsked("三", SeatPart.REPORTER, ("t1", "t2")), "甲局"),
        (SeatAsked("四", SeatPart.COMMITTEE), "甲局"),
    ):
        made = give(asked)
        assert (made.is_new, unit in made.account.unit) == (True, True), made


@pytest.mark.parametrize(
    ("asked", "why"),
    [
        (SeatAsked("张三", SeatPart.REPORTER), "keys"),
        (SeatAsked("张三", SeatPart.REPORTER, ("org",)), "keys"),
        (SeatAsked("张三", SeatPart.COMMITTEE, ("t1",)), "keys"),
        (SeatAsked("李四", SeatPart.COMMITTEE), "elsewhere"),
        (SeatAsked(" 张三", SeatPart.COMMITTEE), "account"),
    ],
)
def test_what_is_refused_leaves_nothing(app: Flask, asked: SeatAsked, why: str) -> None:
    issued()
    other = an_account("viewer", "乙局", "李四")
    with pytest.raises(BadSeat) as refused:
        give(asked)
    assert refused.value.why == why
    assert acts() == []
    with transaction() as session:
        assert [one.name for one in account_rows.list_accounts(session)] == [other.name]
    if why == "elsewhere":
        give(asked, elsewhere=True)
        assert held(other) == [("committee", ())]
        # Once it has a seat here, it is known here.
        give(SeatAsked("李四", SeatPart.READER))


def test_a_list_is_taken_whole_or_not_at_all(each_app: Flask) -> None:
    issued()
    an_account("viewer", "乙局", "李四")
    good, bad = ("张三,填报人,城关镇", "王五,审核人,t1"), "李四,考核委员会,"
    with pytest.raises(BadNumbers) as refused, transaction(write=True) as session:
        seating.give_many(session, SAMPLE_CODE, rows("账号,席位,范围", *good, bad), BY)
    assert [(one.place, one.flaw) for one in refused.value.faults] == [("row 4, 账号", "elsewhere")]
    with transaction() as session:
        assert seating.seats_given(session, current()) == []
    assert links() == []
    with transaction(write=True) as session:
        given = seating.give_many(session, SAMPLE_CODE, rows("账号,席位,范围", *good), BY)
    assert [(one.account.name, one.is_new) for one in given] == [("张三", True), ("王五", True)]
    with pytest.raises(UnknownAssessment), transaction(write=True) as session:
        seating.give_many(session, "none", rows("账号,席位", *good), BY)


def test_links_are_for_those_who_never_logged_in(each_app: Flask) -> None:
    issued()
    one = give().account
    give(SeatAsked("张三", SeatPart.APPROVER, ("t1",)))
    give(SeatAsked(an_account("viewer", "甲局", "赵六").name, SeatPart.READER))
    disabled = give(SeatAsked("王五", SeatPart.READER)).account
    with transaction(write=True) as session:
        accounts.disable(session, disabled, BY)
    (first,), (second,) = links(), links()
    assert (second.account.name, second.parts) == ("张三", (SeatPart.REPORTER, SeatPart.APPROVER))
    late = BY.at + seating.SLIP_LIFE
    with transaction() as session:
        assert accounts.account_of_link(session, second.secret, BY.at).id == one.id
        for secret, at in ((first.secret, BY.at), (second.secret, late)):
            with pytest.raises(accounts.BadCredentials):
                accounts.account_of_link(session, secret, at)
    with transaction(write=True) as session:
        accounts.set_password(session, one, "四月的河 lantern-93 orchard", BY)
    assert links() == []


def test_no_link_for_whom_another_office_seats_too(app: Flask) -> None:
    """Whoever prints a link could log in by it, and would see what is the other office's."""
    issued()
    give()
    assert len(links()) == 1
    with transaction(write=True) as session:
        assessments.load(session, a_year("other"), None, BY, "乙局")
        seating.give(session, "other", SeatAsked("张三", SeatPart.OFFICE), BY, elsewhere=True)
    assert links() == []


def opens(link: SeatLink) -> bool:
    """Return whether a slip still lets its holder in."""
    with transaction() as session:
        try:
            accounts.account_of_link(session, link.secret, BY.at)
        except accounts.BadCredentials:
            return False
        return True


def other_office() -> None:
    with transaction(write=True) as session:
        assessments.load(session, a_year("other"), None, BY, "乙局")


def test_a_slip_of_one_office_leads_into_no_seat_of_another(each_app: Flask) -> None:
    issued()
    account = give().account
    other_office()
    (link,) = links()
    assert not give(SeatAsked("张三", SeatPart.APPROVER, ("t1",))).links_void
    assert opens(link)
    with transaction(write=True) as session:
        sessions.begin(session, account, "by the link", BY.at)
        given = seating.give(session, "other", SeatAsked("张三", SeatPart.READER), BY, elsewhere=True)
    assert given.links_void
    assert not opens(link)
    with transaction() as session:
        assert session_rows.sessions_of(session, account.id) == []
        *_rest, (_entry, facts) = audit.history(session, assessments.logged_as("other"))
    assert facts["links_void"]


def test_a_slip_is_void_also_where_its_own_office_took_the_seat_away(app: Flask) -> None:
    issued()
    account = give().account
    other_office()
    (link,) = links()
    with transaction(write=True) as session:
        seating.take_away(session, SAMPLE_CODE, account.id, SeatPart.REPORTER, BY)
        seating.give(session, "other", SeatAsked("张三", SeatPart.READER), BY, elsewhere=True)
    assert not opens(link)


def test_a_seat_leaves_other_links_alone(app: Flask) -> None:
    """An owner's link is no office's; and whoever has a password needs none."""
    issued()
    member = give().account
    other_office()
    with transaction(write=True) as session:
        accounts.set_password(session, member, "四月的河 lantern-93 orchard", BY)
        sessions.begin(session, member, "by password", BY.at)
        made = accounts.create(session, "李四", "member", None, BY, "乙局")
        for name in ("张三", "李四"):
            seat = SeatAsked(name, SeatPart.READER)
            assert not seating.give(session, "other", seat, BY, elsewhere=True).links_void
        assert len(session_rows.sessions_of(session, member.id)) == 1
        assert accounts.account_of_link(session, made.link_secret or "", BY.at).name == "李四"


def test_no_link_for_whom_somebody_else_made(app: Flask) -> None:
    """An account that an owner made for another office waits for its holder, who was given its link."""
    issued()
    with transaction(write=True) as session:
        accounts.create(session, "李四", "member", None, BY, "乙局")
    give(SeatAsked("李四", SeatPart.READER), elsewhere=True)
    assert links() == []


def test_a_unit_that_is_taken_out_is_reached_no_more(app: Flask) -> None:
    with transaction(write=True) as session:
        assessments.load(session, sample("assessment.toml"), None, BY, "甲局")
    account = give(SeatAsked("张三", SeatPart.REPORTER, ("t1", "t2"))).account
    data = sample("assessment.toml")
    data["units"] = [one for one in data["units"] if one["key"] != "t2"]
    with transaction(write=True) as session:
        assessments.load(session, data, None, BY)
    with transaction() as session:
        seats = seating.seats_of(session, account, current())
    assert [may_act(seats, SeatAct.OPEN, unit) for unit in ("t1", "t2")] == [True, False]

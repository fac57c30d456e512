"""The office's page of seats: given by hand and by lists, taken away, slips to log in by."""

from io import BytesIO

import pypdfium2
import pytest
from flask import Flask

from survey.documents.assessment.row_files import read_rows
from survey.services.accounts import accounts
from survey.services.assessment import seating
from survey.storage.accounts import account_rows
from survey.storage.database import transaction
from tests.office import Office
from tests.qr_codes import qr_codes
from tests.sample_year import SAMPLE_CODE
from tests.services.assessment.sample_taken import current, issued
from tests.signing_in import an_account

SEATS = f"/admin/a/{SAMPLE_CODE}/seats"


@pytest.fixture
def office(app: Flask) -> Office:
    issued()
    return Office(app, "考核办", "organiser", "甲局")


def given() -> list[tuple[str, str, tuple[str, ...]]]:
    with transaction() as session:
        found = seating.seats_given(session, current())
    return [(one.account.name, one.seat.part.value, one.seat.keys) for one in found]


def test_a_seat_by_hand(office: Office, app: Flask) -> None:
    page = office.get(f"{SEATS}/reporter").text
    assert "城关镇" in page
    answer = office.post(f"{SEATS}/reporter", account="张三", keys=["t1", "t2"])
    assert answer.status_code == 303
    assert given() == [("张三", "reporter", ("t1", "t2"))]
    with transaction() as session:
        made = accounts.named(session, "张三")
    assert (made.role, made.unit, made.password_hash) == ("member", "甲局", None)
    page = office.get(SEATS).text
    assert "城关镇、河口镇" in page
    assert "1 人还没有登录过" in page
    office.post(f"{SEATS}/reporter", account="张三", keys=["t3"])
    assert given() == [("张三", "reporter", ("t3",))]
    assert office.post(f"{SEATS}/take-away", account=made.id, part="reporter").status_code == 303
    assert given() == []
    assert office.post(f"{SEATS}/take-away", account=made.id, part="reporter").status_code == 404


def test_what_is_wrong_with_a_seat(office: Office) -> None:
    other = an_account("organiser", "乙局", "李四")
    office.get(f"{SEATS}/reporter")
    assert office.post(f"{SEATS}/reporter", account="张三").status_code == 422
    assert "请选出这个席位的范围" in office.page.text
    assert office.post(f"{SEATS}/reporter", account="", keys="t1").status_code == 422
    assert office.post(f"{SEATS}/reporter", account="张三", keys="zz").status_code == 422
    assert office.post(f"{SEATS}/reporter", account="command line", keys="t1").status_code == 422
    assert office.post(f"{SEATS}/reporter", account=other.name, keys="t1").status_code == 422
    assert "属于别的单位" in office.page.text
    assert given() == []
    assert office.post(f"{SEATS}/reporter", account=other.name, keys="t1", elsewhere="y").status_code == 303
    assert given() == [("李四", "reporter", ("t1",))]
    for part in ("signer", "nobody"):
        assert office.get(f"{SEATS}/{part}").status_code == 404
        assert office.post(f"{SEATS}/take-away", account=other.id, part=part).status_code == 404
    many = "9" * 20
    assert office.post(f"{SEATS}/take-away", account=many, part="reporter").status_code == 404


def filled_in(office: Office) -> str:
    """Return the list as it is handed out, as CSV with an account in every row."""
    rows = read_rows("seats.xlsx", office.client.get(f"{SEATS}.xlsx").data)
    lines = [f"人{place},{row.text('席位')},{row.text('范围')}" for place, row in enumerate(rows)]
    return "\n".join(["账号,席位,范围", *lines])


def test_a_list_makes_all_accounts_at_once(office: Office, app: Flask) -> None:
    text = filled_in(office)
    office.get(SEATS)
    answer = office.post(f"{SEATS}/list", file=(BytesIO(text.encode()), "seats.csv"))
    assert answer.status_code == 303, office.page.text
    found = given()
    assert len(found) == len(text.splitlines()) - 1
    assert sum(part == "reporter" for _, part, _ in found) == 12
    page = office.get(SEATS).text
    assert "还缺的席位" not in page
    # Sent again, it changes nothing.
    assert office.post(f"{SEATS}/list", file=(BytesIO(text.encode()), "seats.csv")).status_code == 303
    assert given() == found


def test_a_faulty_list_gives_no_seat(office: Office) -> None:
    an_account("organiser", "乙局", "李四")
    wrong = ("赵六,填报人,火星镇", "钱七,国王,t1", "王五,填报人,t2")
    lines = ["账号,席位,范围", "王五,填报人,城关镇", "李四,审核人,t1", ",审核人,t2"]
    text, good = "\n".join([*lines, *wrong]), "\n".join(lines)
    office.get(SEATS)
    answer = office.post(f"{SEATS}/list", file=(BytesIO(text.encode()), "seats.csv"))
    assert answer.status_code == 422
    for said in ("火星镇", "国王", "前面已经有了"):
        assert said in answer.text
    answer = office.post(f"{SEATS}/list", file=(BytesIO(good.encode()), "seats.csv"))
    assert answer.status_code == 422
    assert "属于别的单位" in answer.text
    assert given() == []
    assert office.post(f"{SEATS}/list").status_code == 422
    assert office.post(f"{SEATS}/list", file=(BytesIO(b"PK\x03\x04"), "a.xlsx")).status_code == 422
    with transaction() as session:
        assert not [one for one in account_rows.list_accounts(session) if one.role == "member"]


def test_slips_log_in_once_and_older_ones_are_void(office: Office, app: Flask) -> None:
    office.get(SEATS)
    office.post(f"{SEATS}/reporter", account="张三", keys="t1")
    first, second = (office.post(f"{SEATS}/slips") for _ in range(2))
    assert first.mimetype == "application/pdf"
    old, new = (links(answer.data) for answer in (first, second))
    assert len(old) == len(new) == 1
    member = Office.__new__(Office)
    member.client, member._token = app.test_client(), ""
    assert member.get(path(old[0])).status_code == 403
    assert member.get(path(new[0])).status_code == 200
    answer = member.post(path(new[0]))
    assert answer.status_code == 303
    assert member.get("/admin/").location.startswith("/admin/me/password")
    with transaction(write=True) as session:
        account_rows.set_password(session, accounts.named(session, "张三").id, "set")
    assert member.get("/admin/").location == "/admin/a"
    assert SAMPLE_CODE in member.get("/admin/a").text
    assert member.get(f"/admin/a/{SAMPLE_CODE}").status_code == 200
    assert member.get(SEATS).status_code == 404
    assert member.get("/admin/log").status_code == 403
    office.get(SEATS)
    assert office.post(f"{SEATS}/slips").status_code == 303


def links(pdf: bytes) -> list[str]:
    with pypdfium2.PdfDocument(pdf) as read:
        return [
            code.text for page in read for code in qr_codes(page.render(scale=4, grayscale=True).to_pil())
        ]


def path(address: str) -> str:
    return "/admin" + address.partition("/admin")[2]


def test_no_slip_for_a_member_of_another_office_too(office: Office) -> None:
    """Whoever prints a link could log in by it, and would see what is another office's."""
    office.get(SEATS)
    office.post(f"{SEATS}/reporter", account="张三", keys="t1")
    from survey.domain.assessment.reports.seat_list import SeatAsked
    from survey.domain.assessment.seats import SeatPart
    from survey.services.assessment import assessments
    from tests.builders import BY
    from tests.storage.assessment.stored_assessment import a_year

    with transaction(write=True) as session:
        assessments.load(session, a_year("other"), None, BY, "乙局")
        seating.give(session, "other", SeatAsked("张三", SeatPart.OFFICE), BY, elsewhere=True)
    assert office.post(f"{SEATS}/slips").status_code == 303

"""Opening the box: counting, recounting, and what tampering with the box leads to."""

import secrets
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from survey.domain.ballot import packing
from survey.domain.ballot.ballot import Ballot
from survey.domain.ballot.packing import Packing
from survey.domain.count.kept_texts import LeftOut
from survey.domain.definition.campaign import State
from survey.domain.errors import NotCertifiable, WrongKey, WrongState
from survey.secrecy.box import Slot, box_info, new_seed
from survey.secrecy.token import digest, new_token
from survey.services.accounts import accounts
from survey.services.audit.audit import history
from survey.services.campaigns import procedure
from survey.services.campaigns.campaigns import find_campaign
from survey.services.count import certifying, counting
from survey.services.voting import receipts
from survey.storage.accounts.account_rows import add_account
from survey.storage.database import transaction
from survey.web.context import vault
from tests.builders import BY, a_definition, armed_campaign, cast, close, count, running_campaign

TOP = {"c1.de": "excellent", "c1.neng": "competent"}


def voted(app: Flask, data: dict[str, Any] | None = None, a: int = 6, b: int = 6) -> list[str]:
    """Run a campaign up to the close; return the receipts."""
    running = running_campaign(app, data or a_definition(), 8)
    codes = running.codes["A"][:a] + running.codes["B"][:b]
    made = [cast(app, code, dict(TOP)) for code in codes]
    close(app, "small")
    return made


def run(statement: str, **values: Any) -> list[Any]:
    with transaction(write=True) as session:
        result = session.execute(text(statement), values)
        return list(result) if result.returns_rows else []


def state() -> State:
    with transaction() as session:
        return find_campaign(session, "small").state


def sign() -> str:
    with transaction(write=True) as session:
        signers = [
            accounts.get_account(session, add_account(session, name, "scrutineer", None, BY.at).id)
            for name in (secrets.token_hex(4), secrets.token_hex(4))
        ]
        assert signers[0] is not None
        assert signers[1] is not None
        return certifying.certify(session, "small", signers[0], signers[1], BY)


def foreign(group: str = "A", receipt: str = "ZZZZ-ZZZZ-ZZZZ", texts: dict[str, str] | None = None) -> None:
    """Put a ballot into the box as somebody who can write to the database would."""
    with transaction() as session:
        campaign = find_campaign(session, "small")
    packer = Packing(campaign.definition)
    ballot = Ballot(group, receipt, (1,) * len(packer.form[group].lines), {}, texts or {})
    slot = Slot(campaign.public_key or b"", box_info(campaign.code, campaign.definition.digest))
    put(slot.seal(packer.pack(ballot)))


def put(sealed: bytes, key: bytes | None = None) -> None:
    key = key or secrets.token_bytes(16)
    run("INSERT INTO ballots (campaign_id, key, sealed) VALUES (1, :key, :sealed)", key=key, sealed=sealed)


def one_ballot() -> tuple[bytes, bytes]:
    (row,) = run("SELECT key, sealed FROM ballots ORDER BY key LIMIT 1")
    return bytes(row[0]), bytes(row[1])


# The count


def test_the_count(each_app: Flask) -> None:
    made = voted(each_app)
    counted = count(each_app, "small")
    total = counted.count.accounting.total
    assert (total.issued, total.returned, total.valid, total.spoiled, total.unreadable) == (16, 12, 12, 0, 0)
    assert counted.count.cells["c1", "de"].pooled.grades == (12, 0, 0)
    assert (counted.notes, counted.recount) == ((), False)
    assert state() is State.COUNTED
    with transaction() as session:
        assert list(receipts.list_receipts(session, "small")) == sorted(made)


def test_nothing_withheld_is_stored(each_app: Flask) -> None:
    running = running_campaign(each_app, a_definition(), 8)
    for code in running.codes["A"][:6]:
        cast(each_app, code, {"c1.de": "excellent"})
    cast(each_app, running.codes["B"][0], {"c1.de": "poor", "c2.de": "poor"})
    close(each_app, "small")
    count(each_app, "small")
    import json

    ((record,),) = run("SELECT record FROM counts")
    cells = {(cell[0], cell[1]): cell[2:] for cell in json.loads(record)["cells"]}
    assert cells["c1", "de"] == ["small-group", None, [[6, 0, 1], 0, 0]]
    assert cells["c2", "de"] == ["small-cell", None, None]


def _with_texts() -> dict[str, Any]:
    data = a_definition(questions=[{"key": "t", "label": "t", "kind": "text"}])
    data["scales"][0]["grades"][2]["reason"] = "required"
    data["sections"][0]["comment"] = True
    return data


def _poor(ratee: str, why: str) -> dict[str, str]:
    return {f"{ratee}.de": "poor", f"{ratee}.de.reason": why}


def test_a_reason_is_kept_with_its_ratee_where_all_is_shown(each_app: Flask) -> None:
    running = running_campaign(each_app, _with_texts(), 8)
    first, *others = running.codes["A"][:6]
    cast(each_app, first, _poor("c1", "一") | {"form.comment": "二", "q.t": "三"})
    for code in others:
        cast(each_app, code, {"c1.de": "excellent"})
    close(each_app, "small")
    assert count(each_app, "small").notes == ()
    assert {tuple(row) for row in run("SELECT kind, subject, text, status FROM texts")} == {
        ("reason", "ratee:c1", "一", "waiting"),
        ("comment", "section:form", "二", "waiting"),
        ("question", "question:t", "三", "waiting"),
    }


def test_reasons_beside_enough_that_is_withheld_keep_only_their_section(each_app: Flask) -> None:
    running = running_campaign(each_app, _with_texts(), 8)
    first, *others = running.codes["A"][:6]
    cast(each_app, first, _poor("c1", "一") | _poor("c2", "四"))
    for place, code in enumerate(others):
        cast(each_app, code, {"c1.de": "excellent", f"c{2 + place % 2}.de": "competent"})
    close(each_app, "small")
    assert count(each_app, "small").notes == ()
    assert {tuple(row) for row in run("SELECT kind, subject, text FROM texts")} == {
        ("reason", "section:form", "一"),
        ("reason", "section:form", "四"),
    }


def test_what_is_not_kept_is_said_without_a_number_that_tells(each_app: Flask) -> None:
    """Two of the three who rate c2 give a reason, and c2 alone is withheld."""
    running = running_campaign(each_app, _with_texts(), 8)
    for place, code in enumerate(running.codes["A"][:6]):
        fields = {"c1.de": "excellent"} if place else _poor("c1", "一")
        cast(each_app, code, fields | (_poor("c2", f"理由{place}") if place < 2 else {}))
    cast(each_app, running.codes["A"][6], {"c1.de": "excellent", "c2.de": "competent"})
    close(each_app, "small")
    (note,) = count(each_app, "small").notes
    assert note == (
        "texts not kept, since they could give few people away: 1; whether there are more, and how many, "
        "is not told; reason (section:form)"
    )
    assert run("SELECT count(*) FROM texts") == [(0,)]
    with each_app.app_context(), transaction() as session:
        campaign = find_campaign(session, "small")
        said = counting.standing(session, campaign).left_out
    assert said == LeftOut(1, True, (("reason", "section:form"),))
    # A recount compares, and says nothing new.
    assert count(each_app, "small").notes == ()
    with each_app.app_context(), transaction() as session:
        assert counting.standing(session, campaign).left_out == said


def test_texts_and_choices_of_spoiled_ballots_do_not_count_but_their_receipts_do(app: Flask) -> None:
    data = a_definition(
        rules={"spoiled_if": ["all-top"]}, questions=[{"key": "t", "label": "t", "kind": "text"}]
    )
    running = running_campaign(app, data, 8)
    made = [cast(app, code, {"c1.de": "excellent", "q.t": "废"}) for code in running.codes["A"][:6]]
    close(app, "small")
    counted = count(app, "small")
    assert (counted.count.accounting.total.valid, counted.count.accounting.total.spoiled) == (0, 6)
    assert run("SELECT * FROM texts") == []
    with transaction() as session:
        assert list(receipts.list_receipts(session, "small")) == sorted(made)


def test_a_receipt_occurring_twice_is_listed_twice(app: Flask) -> None:
    running = running_campaign(app, a_definition(), 8)
    for code in running.codes["A"][:2]:
        cast(app, code, TOP | {"receipt": "0000-0000-0001"})
    close(app, "small")
    count(app, "small")
    with transaction() as session:
        assert list(receipts.list_receipts(session, "small")) == ["0000-0000-0001"] * 2
        assert receipts.find_receipt(session, "ooooooooo ooi") == [("小型测评", 2)]
        assert receipts.find_receipt(session, "0000-0000-0002") == []


def test_an_empty_box(each_app: Flask) -> None:
    voted(each_app, a=0, b=0)
    counted = count(each_app, "small")
    assert counted.count.accounting.total.returned == 0
    assert counted.notes == ()
    assert sign()


@pytest.mark.parametrize("before", ["armed", "open"])
def test_no_count_before_the_close(app: Flask, before: str) -> None:
    armed_campaign(app, a_definition()) if before == "armed" else running_campaign(app, a_definition(), 3)
    with pytest.raises(WrongState, match=before):
        count(app, "small")


def test_no_count_before_the_shake(app: Flask) -> None:
    from survey.services.campaigns import campaigns

    running_campaign(app, a_definition(), 3)
    with transaction(write=True) as session:
        campaigns.close(session, "small", BY)
    with pytest.raises(WrongState, match="minping campaign close"):
        count(app, "small")
    assert state() is State.CLOSED


def test_another_key(app: Flask) -> None:
    voted(app)
    with pytest.raises(WrongKey):
        procedure.count("small", new_seed(), BY)
    assert state() is State.CLOSED


# The recount


def test_a_recount_agrees_and_writes_only_to_the_log(each_app: Flask) -> None:
    voted(each_app)
    first = count(each_app, "small")
    tables = ("counts", "receipts", "texts", "ballots", "tokens", "campaigns")
    before = [run(f"SELECT * FROM {table}") for table in tables]
    second = count(each_app, "small")
    assert (second.recount, second.digest, second.notes) == (True, first.digest, ())
    assert [run(f"SELECT * FROM {table}") for table in tables] == before
    with transaction() as session:
        *_, (entry, detail) = history(session, "small")
    assert (entry.act, detail["same"]) == ("recount", True)


def test_a_recount_after_tampering_differs(each_app: Flask) -> None:
    voted(each_app)
    first = count(each_app, "small")
    foreign("A")
    second = count(each_app, "small")
    assert second.digest == first.digest
    assert second.count == first.count
    assert "the recount differs from the count" in second.notes
    with transaction() as session:
        *_, (_, detail) = history(session, "small")
    assert detail["same"] is False


def test_a_differing_recount_cannot_be_signed_away(app: Flask) -> None:
    voted(app)
    count(app, "small")
    foreign("A")
    count(app, "small")
    with pytest.raises(NotCertifiable):
        sign()


# Tampering before the count


def test_a_deleted_ballot(each_app: Flask) -> None:
    voted(each_app)
    key, _ = one_ballot()
    run("DELETE FROM ballots WHERE key = :key", key=key)
    counted = count(each_app, "small")
    assert "1 of 6 returned ballots could not be read" in " ".join(counted.notes)
    total = counted.count.accounting.total
    assert (total.returned, total.valid, total.unreadable) == (12, 11, 1)


def test_a_corrupted_ballot(each_app: Flask) -> None:
    made = voted(each_app)
    key, sealed = one_ballot()
    changed = sealed[:-1] + bytes([sealed[-1] ^ 1])
    run("UPDATE ballots SET sealed = :sealed WHERE key = :key", key=key, sealed=changed)
    counted = count(each_app, "small")
    assert "could not be read" in " ".join(counted.notes)
    assert counted.count.accounting.total.unreadable == 1
    with transaction() as session:
        assert len(set(made) & set(receipts.list_receipts(session, "small"))) == 11


@pytest.mark.parametrize("sealed", [b"", b"garbage", bytes(5000)])
def test_garbage_in_the_box(each_app: Flask, sealed: bytes) -> None:
    voted(each_app)
    put(sealed)
    assert count(each_app, "small").count.accounting.total.valid == 12


@pytest.mark.parametrize("times", [1, 3])
def test_a_copied_ballot_is_counted_once(each_app: Flask, times: int) -> None:
    made = voted(each_app)
    for _ in range(times):
        put(one_ballot()[1])
    counted = count(each_app, "small")
    assert f"{times} copies of sealed ballots were in the box; each was counted once" in counted.notes
    assert counted.count.accounting.total.valid == 12
    with transaction() as session:
        assert list(receipts.list_receipts(session, "small")) == sorted(made)


@pytest.mark.parametrize("place", [bytes(16), b"\xff" * 16], ids=["before", "after"])
def test_a_copy_with_another_ending_displaces_nothing(app: Flask, place: bytes) -> None:
    # The encapsulated key is what must not repeat; the box is read in the order of its random keys.
    voted(app)
    _, sealed = one_ballot()
    put(sealed[:-1] + bytes([sealed[-1] ^ 1]), place)
    counted = count(app, "small")
    assert counted.notes == ("1 copies of sealed ballots were in the box; each was counted once",)
    assert counted.count.accounting.total.valid == 12


def test_a_foreign_ballot(each_app: Flask) -> None:
    voted(each_app)
    foreign("B")
    counted = count(each_app, "small")
    assert "group B: 7 ballots were in the box, but only 6 codes were spent" in counted.notes
    assert counted.count.accounting.groups["B"].unreadable == -1
    with pytest.raises(
        NotCertifiable, match="group B: 7 ballots were in the box, but only 6 codes were spent"
    ):
        sign()
    assert state() is State.COUNTED


@pytest.mark.parametrize("words", ["a\0b", "民" * 510])
def test_a_foreign_ballot_with_a_text_that_no_form_takes(
    each_app: Flask, monkeypatch: pytest.MonkeyPatch, words: str
) -> None:
    voted(each_app, a_definition(questions=[{"key": "t", "label": "t", "kind": "text"}]))
    with monkeypatch.context() as foreign_program:
        foreign_program.setattr(packing, "is_acceptable", lambda *_: True)
        foreign("B", texts={"q.t": words})
    assert count(each_app, "small").count.accounting.total.returned == 12
    assert run("SELECT * FROM texts") == []


def test_a_code_put_in(each_app: Flask) -> None:
    voted(each_app)
    made = digest(vault().token_key, new_token())
    run("INSERT INTO tokens VALUES (:digest, 1, 'A', 0, 0)", digest=made)
    counted = count(each_app, "small")
    assert "the set of issued codes is not the one that the log names" in counted.notes
    with pytest.raises(NotCertifiable, match="set of issued codes"):
        sign()


def test_a_code_and_a_ballot_put_in(app: Flask) -> None:
    voted(app)
    foreign("A")
    run("INSERT INTO tokens VALUES (:digest, 1, 'A', 1, 0)", digest=digest(vault().token_key, new_token()))
    count(app, "small")
    with pytest.raises(NotCertifiable, match="set of issued codes"):
        sign()


def test_a_code_taken_away(each_app: Flask) -> None:
    voted(each_app)
    ((gone,),) = run("SELECT digest FROM tokens WHERE spent = 0 LIMIT 1")
    run("DELETE FROM tokens WHERE digest = :digest", digest=bytes(gone))
    count(each_app, "small")
    with pytest.raises(NotCertifiable, match="set of issued codes"):
        sign()


def test_a_code_moved_to_another_group(app: Flask) -> None:
    voted(app)
    ((moved,),) = run("SELECT digest FROM tokens WHERE spent = 0 AND rater_group = 'A' LIMIT 1")
    run("UPDATE tokens SET rater_group = 'B' WHERE digest = :digest", digest=bytes(moved))
    count(app, "small")
    with pytest.raises(NotCertifiable, match="set of issued codes"):
        sign()


def test_codes_put_in_between_count_and_signing(app: Flask) -> None:
    voted(app)
    assert count(app, "small").notes == ()
    run("INSERT INTO tokens VALUES (:digest, 1, 'A', 0, 0)", digest=digest(vault().token_key, new_token()))
    with pytest.raises(NotCertifiable, match="set of issued codes"):
        sign()


def test_the_log_holds_the_notes(app: Flask) -> None:
    voted(app)
    foreign("A")
    counted = count(app, "small")
    with transaction() as session:
        *_, (entry, detail) = history(session, "small")
    assert (entry.act, detail["notes"], detail["count"]) == ("count", list(counted.notes), counted.digest)


def test_counting_reads_no_other_box(app: Flask) -> None:
    other = a_definition(campaign={"code": "o", "title": "o", "organiser": "o"})
    voted(app)
    running = running_campaign(app, other, 3)
    cast(app, running.codes["A"][0], dict(TOP))
    assert count(app, "small").count.accounting.total.valid == 12

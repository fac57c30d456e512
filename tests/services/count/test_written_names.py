"""Names that are not on a list, from the ballots to the signed count: who sees them, and who decides."""

import json

import pytest
from flask import Flask
from sqlalchemy import text

from survey.documents.layout.certificate_words import signatures as signatures_of
from survey.domain.count.discrepancies import DiscrepancyKind
from survey.domain.count.results import NamedVotes, SectionNames
from survey.domain.decisions.written_names import NOBODY, Person, stamp, to_record
from survey.domain.definition.canonical import digest
from survey.domain.errors import BadCredentials, BadName, NotCertifiable, WrongState
from survey.services.audit.audit import history
from survey.services.campaigns import procedure
from survey.services.campaigns.campaigns import find_campaign
from survey.services.count import certificate, certifying, counting, name_tellers, written_names
from survey.services.count.written_names import NameState
from survey.storage.accounts.account_rows import Account, set_disabled
from survey.storage.count_rows import signatures
from survey.storage.database import db, transaction
from survey.web.context import settings
from tests.builders import BY, count
from tests.name_tellers import account, choose, counted, desk, states, take_part


def has_room(account: Account) -> bool:
    with transaction() as session:
        return name_tellers.places(session, find_campaign(session, "nominate")).has_room(account.name)


def outcome() -> tuple[SectionNames, ...]:
    """Return what everybody reads."""
    with transaction() as session:
        return written_names.outcome_of(session, find_campaign(session, "nominate"))


def to_sign(account: Account) -> tuple[SectionNames, ...] | None:
    with transaction() as session:
        return written_names.to_sign(session, find_campaign(session, "nominate"), account)


def rows(table: str) -> int:
    with transaction() as session:
        return int(session.execute(text(f"SELECT count(*) FROM {table}")).scalar_one())


def samples() -> int:
    """Count the columns of these tables of which PostgreSQL's planner holds samples; SQLite takes none."""
    if db.engine.dialect.name != "postgresql":
        return 0
    tables = "('written_names', 'name_choices', 'name_tellers')"
    with transaction(write=True) as session:
        session.execute(text("ANALYZE written_names, name_choices, name_tellers"))
        found = session.execute(text(f"SELECT count(*) FROM pg_stats WHERE tablename IN {tables}"))
        return int(found.scalar_one())


def test_from_the_ballot_to_the_shredding(each_app: Flask) -> None:
    counted(each_app, ["张三", "张 三", "财政局张三", "张三", "张三", "张三", "李四", "看不懂"])
    assert rows("texts") == 0
    assert rows("written_names") == 4
    first, second = account("甲"), account("乙")
    assert desk(first).items == ()
    take_part(first, second)
    zhang = ("张三", "财政局局长")
    assert choose(first, 张三=zhang, 财政局张三=zhang, 李四=("李四", ""), **{"看不懂": None}) == 4
    assert set(states(second).values()) == {NameState.MINE}
    assert set(states(first).values()) == {NameState.OTHERS}
    assert desk(first).persons["list"] == (Person("张三", "财政局局长"), Person("李四"))
    assert desk(second).persons == {}
    assert choose(second, 张三=zhang, 财政局张三=None, 李四=("李四", ""), **{"看不懂": None}) == 4
    assert states(first) == {
        "张三": NameState.SETTLED,
        "财政局张三": NameState.SPLIT,
        "李四": NameState.SETTLED,
        "看不懂": NameState.SETTLED,
    }
    split = next(item for item in desk(first).items if item.state is NameState.SPLIT)
    assert [(one.account, one.person) for one in split.others] == [("乙", NOBODY)]
    with (
        transaction() as session,
        pytest.raises(NotCertifiable, match="names that are not on a list are not decided"),
    ):
        certifying.require_signable(session, find_campaign(session, "nominate"))
    assert to_sign(first) is None
    choose(second, 财政局张三=zhang)
    assert samples() == 0
    found = to_sign(first)
    assert found == (SectionNames("list", (NamedVotes("张三", "财政局局长", 6),), valid=8),)
    assert outcome() == (SectionNames("list", is_unsigned=True),)
    with transaction(write=True) as session:
        certifying.certify(session, "nominate", first, second, BY)
    with transaction(write=True) as session, pytest.raises(WrongState):
        written_names.choose(session, "nominate", first, {}, BY)
    procedure.shred("nominate", settings().keys, BY)
    assert [rows(table) for table in ("written_names", "name_choices", "name_tellers")] == [0, 0, 0]
    assert outcome() == found
    with transaction() as session:
        detail = "".join(entry.detail for entry, _ in history(session, "nominate"))
    assert "张三" not in detail
    assert "wordings" not in detail, "how many wordings there are is for those who decide"


def test_a_third_decides_where_two_differ(app: Flask) -> None:
    counted(app, ["小张"])
    first, second, third, fourth = (account(name) for name in "甲乙丙丁")
    take_part(first, second)
    choose(first, 小张=("张三", ""))
    choose(second, 小张=("张五", ""))
    take_part(third)
    item = desk(third).items[0]
    assert [one.person.name for one in item.others] == ["张五", "张三"]
    choose(third, 小张=("张五", ""))
    assert states(first) == {"小张": NameState.SETTLED}
    with pytest.raises(WrongState):
        take_part(fourth)
    with transaction(write=True) as session, pytest.raises(BadCredentials):
        written_names.choose(session, "nominate", fourth, {}, BY)


def test_an_account_that_cannot_decide_any_more_holds_no_seat(app: Flask) -> None:
    counted(app, ["小张"])
    first, second, third, fourth = (account(name) for name in "甲乙丙丁")
    take_part(first, second, third)
    choose(first, 小张=("张三", ""))
    choose(second, 小张=("张五", ""))
    assert not has_room(fourth)
    with transaction(write=True) as session:
        set_disabled(session, third.id, disabled=True)
    assert has_room(fourth)
    take_part(fourth)
    choose(fourth, 小张=("张三", ""))
    assert states(first) == {"小张": NameState.SETTLED}


def test_a_choice_makes_a_waiting_signature_void_and_a_recount_finds_the_same(app: Flask) -> None:
    counted(app, ["张三"])
    first, second = account("甲"), account("乙")
    take_part(first, second)
    for teller in (first, second):
        choose(teller, 张三=("张三", ""))
    with transaction(write=True) as session:
        certifying.sign(session, "nominate", first, "teller", BY)
    choose(second, 张三=None)
    with transaction() as session:
        assert signatures(session, find_campaign(session, "nominate")) == []
    assert not count(app, "nominate").findings
    with transaction(write=True) as session:
        session.execute(text("UPDATE written_names SET times = 2"))
    kinds = {finding.kind for finding in count(app, "nominate").findings}
    assert kinds == {DiscrepancyKind.RECOUNT}


def test_a_choice_that_is_changed_tells_nobody_but_those_who_sign_how_often_a_wording_was_written(
    app: Flask,
) -> None:
    """Numbers before and after differ by the votes of one wording."""
    counted(app, ["张三"] * 6 + ["小张"])
    first, second = account("甲"), account("乙", "organiser")
    signer, owner = account("丙"), account("丁", "owner")
    before = outcome()
    take_part(first, second)
    for teller in (first, second):
        choose(teller, 张三=("张三", ""), 小张=("张三", ""))
    assert outcome() == before
    seen = to_sign(signer)
    assert seen is not None
    assert (seen, to_sign(owner)) == (to_sign(second), None)
    choose(second, 小张=None)
    choose(first, 小张=None)
    assert outcome() == before
    with transaction(write=True) as session:
        certifying.certify(session, "nominate", first, signer, BY)
    assert outcome()[0].named == (NamedVotes("张三", "", 6),)
    assert to_sign(signer) is None


def test_what_few_could_write_is_not_kept(app: Flask) -> None:
    counted(app, ["张三", "李四"], voters=4)
    assert rows("written_names") == 0
    assert to_sign(account("甲")) == (SectionNames("list", valid=4),)
    with transaction() as session:
        left = counting.texts_left_out(session, find_campaign(session, "nominate"))
    assert (left.number, left.untold, left.fields) == (0, True, (("name", "section:list"),))


def test_a_viewer_decides_on_none_and_no_wording_of_another_campaign(app: Flask) -> None:
    counted(app, ["张三"])
    with pytest.raises(BadCredentials):
        take_part(account("查看", "viewer"))
    first = account("甲")
    take_part(first)
    with transaction(write=True) as session, pytest.raises(BadName) as refused:
        written_names.choose(session, "nominate", first, {"00" * 16: None}, BY)
    assert refused.value.why == "unknown"
    key = desk(first).items[0].written.key
    with transaction(write=True) as session, pytest.raises(BadName) as refused:
        written_names.choose(session, "nominate", first, {key: ("候选1", "")}, BY)
    assert (refused.value.why, refused.value.key) == ("on-list", key)


def test_nobody_learns_by_trying_how_another_spelled_a_name(app: Flask) -> None:
    counted(app, ["li ming", "li m"])
    first, second = account("甲"), account("乙")
    take_part(first, second)
    choose(first, **{"li ming": ("Li Ming", "")})
    choose(second, **{"li m": ("LI MING", "")})
    assert [one.mine for one in desk(second).items] == [Person("LI MING"), None]
    assert desk(second).persons == {"list": (Person("LI MING"),)}
    # One's own spelling is kept for whoever types it otherwise at another wording.
    choose(second, **{"li ming": ("li ming", "")})
    assert [one.mine for one in desk(second).items] == [Person("LI MING")] * 2


def test_an_own_spelling_can_be_corrected(app: Flask) -> None:
    counted(app, ["li ming"])
    first = account("甲")
    take_part(first)
    choose(first, **{"li ming": ("LI ming", "")})
    assert choose(first, **{"li ming": ("Li Ming", "")}) == 1
    assert desk(first).items[0].mine == Person("Li Ming")


def test_what_a_page_was_loaded_with_undoes_nothing(app: Flask) -> None:
    counted(app, ["张三", "李四"])
    first = account("甲")
    take_part(first)
    choose(first, 张三=("张三", ""), 李四=("李四", ""))
    keys = {item.written.wording: item.written.key for item in desk(first).items}
    loaded = {keys["张三"]: stamp(Person("张三")), keys["李四"]: stamp(Person("李四"))}
    choose(first, 张三=None)

    def send(**chosen: tuple[str, str] | None) -> int:
        made = {keys[wording]: person for wording, person in chosen.items()}
        with transaction(write=True) as session:
            return written_names.choose(session, "nominate", first, made, BY, loaded)

    assert send(张三=("张三", ""), 李四=None) == 1
    assert {item.written.wording: item.mine for item in desk(first).items} == {"张三": NOBODY, "李四": NOBODY}
    with pytest.raises(BadName) as refused:
        send(张三=("王五", ""))
    assert (refused.value.why, refused.value.key) == ("changed", keys["张三"])


def test_the_log_says_what_was_chosen_after_two_differed_and_its_digest_is_salted(app: Flask) -> None:
    counted(app, ["张三"])
    first, second = account("甲"), account("乙")
    take_part(first, second)
    choose(first, 张三=("张三", ""))
    choose(second, 张三=None)
    choose(second, 张三=("张三", ""))
    signed = to_record(to_sign(first) or ())
    with transaction(write=True) as session:
        certifying.certify(session, "nominate", first, second, BY)
    assert to_record(outcome()) == signed
    with transaction() as session:
        done = [(entry.act, json.loads(entry.detail)) for entry, _ in history(session, "nominate")]
    assert [facts["split"] for act, facts in done if act == "join-names"] == [False, False, True]
    told = next(facts["written_names"] for act, facts in done if act == "certify")
    assert told.startswith("sha256:")
    assert told != digest(signed)
    with transaction() as session:
        about = certificate.certified(session, "nominate")
    assert [one.name for one in about.name_tellers] == ["乙", "甲"]
    said = signatures_of(about)
    assert said.index("另荐人选认定人 甲") > said.index("另荐人选认定人 乙")
    assert said[said.index("另荐人选认定人 甲") + 1].startswith("密码：")

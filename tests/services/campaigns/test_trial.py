"""A trial run goes through everything, counts for nothing, and leaves only its acts in the log."""

import json
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, text

from survey.domain.definition.campaign import Custody, Publication, State
from survey.domain.errors import UnfinishedDraft, UnknownCampaign, UnknownToken, WrongState
from survey.services.accounts import accounts
from survey.services.audit import audit
from survey.services.campaigns import campaigns, drafts, procedure, trial
from survey.services.count import certifying
from survey.services.custody import key_files
from survey.services.results import publishing
from survey.services.voting import casting, tokens
from survey.storage import token_rows
from survey.storage.database import db, transaction
from survey.storage.tables import Base, JobRow
from survey.web.context import now, settings, vault
from tests.builders import BY, a_definition, armed_campaign, cast, close, count, running_campaign

PASSWORD = "四月的河 lantern-93 orchard"


def begin(code: str = "small") -> str:
    with transaction(write=True) as session:
        return trial.begin(session, code, BY).code


def erase(code: str) -> str:
    return trial.erase(code, settings().keys, settings().instance / "handout", BY)


def a_real_one(app: Flask) -> None:
    data = a_definition()
    data["sections"][0]["comment"] = True
    data["campaign"]["closes_at"] = BY.at
    with transaction(write=True) as session:
        campaigns.load(session, data, BY, "县委组织部")


def opened_trial(code: str) -> dict[str, list[str]]:
    """Arm, issue and open a trial run; return its codes."""
    with key_files.Undo() as undo, transaction(write=True) as session:
        key_files.keep_key(settings().keys, campaigns.arm(session, code, Custody.SERVER, BY), undo)
    with transaction(write=True) as session:
        issued = tokens.issue(session, vault(), code, {"A": 6, "B": 6}, BY)
        campaigns.open_voting(session, code, "http://127.0.0.1", allow_http=False, by=BY)
    found: dict[str, list[str]] = {"A": [], "B": []}
    for group, made in issued.tokens:
        found[group].append(made)
    return found


def voted_trial(app: Flask, code: str) -> dict[str, list[str]]:
    codes = opened_trial(code)
    for made in (*codes["A"], *codes["B"]):
        cast(app, made, {"c1.de": "excellent", "form.comment": "试投时写下的话"})
    return codes


def certified_trial(app: Flask, code: str) -> None:
    close(app, code)
    count(app, code)
    with transaction(write=True) as session:
        signers = [
            accounts.create(session, name, "scrutineer", PASSWORD, BY).account for name in ("李计", "陈监")
        ]
        certifying.certify(session, code, *signers, BY)


def leftovers(code: str, campaign_id: int) -> dict[str, int]:
    """Return where a campaign still has rows, but in the log."""
    found = {}
    with db.engine.connect() as connection:
        for table in Base.metadata.sorted_tables:
            if table.name == "audit":
                continue
            rows = [
                row._mapping
                for row in connection.execute(select(table))
                if row._mapping.get("campaign_id") == campaign_id
                or code in (row._mapping.get("code"), row._mapping.get("campaign"))
                or (table.name == "campaigns" and row._mapping["id"] == campaign_id)
            ]
            found[table.name] = len(rows)
    return {table: number for table, number in found.items() if number}


def test_a_trial_copies_the_rules_and_has_its_own_code(app: Flask) -> None:
    a_real_one(app)
    code = begin()
    with transaction() as session:
        real, made = campaigns.find_campaign(session, "small"), campaigns.find_campaign(session, code)
        assert trial.trials_of(session, "small") == [code]
    assert (made.code, made.trial_of, made.unit, made.state) == (
        "small-trial",
        "small",
        "县委组织部",
        State.DRAFT,
    )
    assert made.definition.title == "【试投】小型测评"
    assert made.definition.closes_at is None
    assert made.definition.digest != real.definition.digest
    assert made.definition.lines == real.definition.lines
    assert not real.is_trial


def test_a_trial_needs_a_whole_definition(app: Flask) -> None:
    with transaction(write=True) as session:
        drafts.create(session, drafts.empty("new"), "", BY)
    with pytest.raises(UnfinishedDraft):
        begin("new")


@pytest.mark.parametrize("code", ["small", "small-trial"])
def test_no_trial_of_an_open_campaign_nor_of_a_trial(app: Flask, code: str) -> None:
    if code == "small":
        running_campaign(app, a_definition(), 2)
    else:
        a_real_one(app)
        begin()
    with pytest.raises(WrongState):
        begin(code)


def test_an_armed_campaign_can_be_tried_out(app: Flask) -> None:
    armed_campaign(app, a_definition())
    assert begin() == "small-trial"


def test_codes_of_former_trials_are_never_used_again(app: Flask) -> None:
    a_real_one(app)
    assert erase(begin()) == "small"
    assert begin() == "small-trial-2"
    assert begin() == "small-trial-3"


def test_a_trial_counts_for_itself_only(app: Flask) -> None:
    a_real_one(app)
    code = begin()
    voted_trial(app, code)
    with transaction() as session:
        real, tried = campaigns.find_campaign(session, "small"), campaigns.find_campaign(session, code)
        assert sum(one.returned for one in token_rows.turnout(session, tried).values()) == 12
        assert sum(one.issued for one in token_rows.turnout(session, real).values()) == 0


def test_the_whole_procedure_works_on_it_and_it_is_never_published(app: Flask) -> None:
    a_real_one(app)
    code = begin()
    voted_trial(app, code)
    certified_trial(app, code)
    procedure.shred(code, settings().keys, BY)
    for publication in Publication:
        with transaction(write=True) as session, pytest.raises(WrongState, match="trial run"):
            publishing.publish(session, code, publication, BY)
    assert erase(code) == "small"


def test_nothing_of_it_is_left_but_its_acts(each_app: Flask) -> None:
    a_real_one(each_app)
    code = begin()
    with transaction() as session:
        number = campaigns.find_campaign(session, code).id
    voted_trial(each_app, code)
    with transaction(write=True) as session:
        campaigns.set_present(session, code, "A", 6, BY)
    certified_trial(each_app, code)
    handed_out = settings().instance / "handout"
    handed_out.mkdir()
    (handed_out / "slips.pdf").write_bytes(b"slips")
    with transaction(write=True) as session:
        session.add(_job(code, "slips.pdf"))
    key = settings().keys / f"{code}.key"
    assert key.exists()
    full = leftovers(code, number)
    assert full.keys() >= {"campaigns", "tokens", "ballots", "counts", "receipts", "texts", "presence"}
    assert full.keys() >= {"signatures", "jobs"}, "control: everything that is to be erased was there"
    assert erase(code) == "small"
    assert leftovers(code, number) == {}
    assert not key.exists()
    assert list(handed_out.iterdir()) == []
    with transaction() as session:
        acts = [entry.act for entry, _ in audit.history(session, code)]
        assert audit.verify(session)
        assert campaigns.find_campaign(session, "small").state is State.DRAFT
    assert acts[0] == "load"
    assert acts[-1] == "erase"
    assert {"arm", "issue", "open", "close", "count", "certify"} <= set(acts)


def _job(code: str, file: str) -> JobRow:
    return JobRow(
        key="k" * 32,
        kind="slips",
        campaign=code,
        account_id=1,
        state="done",
        detail=json.dumps({}),
        file=file,
        made_at=BY.at,
    )


def test_what_was_written_is_gone_from_the_database_file(app: Flask) -> None:
    a_real_one(app)
    code = begin()
    voted_trial(app, code)
    close(app, code)
    count(app, code)
    written = "试投时写下的话".encode()
    assert any(written in part.read_bytes() for part in files(settings().instance)), "control"
    erase(code)
    assert not any(written in part.read_bytes() for part in files(settings().instance))


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_codes_of_an_erased_trial_open_nothing(app: Flask) -> None:
    a_real_one(app)
    code = begin()
    codes = opened_trial(code)
    with transaction() as session:
        ticket = casting.admit(session, vault(), codes["A"][0], now())
    assert ticket.trial
    sealed = casting.seal(ticket, {})
    erase(code)
    with transaction() as session, pytest.raises(UnknownToken):
        casting.admit(session, vault(), codes["A"][1], now())
    with transaction(write=True) as session, pytest.raises(UnknownToken):
        casting.cast(session, sealed, now())
    with db.engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM ballots")) == 0


def test_only_trials_are_erased(app: Flask) -> None:
    running = running_campaign(app, a_definition(), 2)
    cast(app, running.codes["A"][0], {"c1.de": "excellent"})
    with pytest.raises(WrongState, match="no trial run"):
        erase("small")
    with pytest.raises(UnknownCampaign):
        erase("none")
    with db.engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM ballots")) == 1

"""An armed campaign taken back to a draft: never once a code may be out, and never half."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from survey.domain.definition.campaign import Campaign, Custody, State
from survey.domain.errors import CannotDisarm, UnknownCampaign, WrongState
from survey.secrecy.custody import read_key_file
from survey.services.audit import audit
from survey.services.campaigns import campaigns, disarming, drafts, procedure, trial
from survey.services.campaigns.next_step import next_step
from survey.services.count import certificate
from survey.services.custody import key_files
from survey.services.operations import download_folder, jobs
from survey.services.voting import slip_jobs, tokens
from survey.storage.database import db, transaction
from survey.storage.tables import TokenRow
from survey.web.context import now, settings, vault
from tests.builders import BY, a_definition, armed_campaign, cast, close, count, issue
from tests.jobs import an_account, ask, folder, found, workplace


def disarm() -> str:
    return procedure.disarm("small", settings().keys, folder(), BY)


def campaign() -> Campaign:
    with transaction() as session:
        return campaigns.find_campaign(session, "small")


def acts() -> list[str]:
    with transaction() as session:
        return [entry.act for entry, _ in audit.history(session, "small")]


def arm() -> None:
    with key_files.Undo() as undo, transaction(write=True) as session:
        key_files.keep_key(settings().keys, campaigns.arm(session, "small", Custody.SERVER, BY), undo)


def key() -> Path:
    return key_files.key_path(settings().keys, "small")


def refused() -> str:
    before = acts()
    with pytest.raises(CannotDisarm) as refusal:
        disarm()
    assert (campaign().state, acts()) == (State.ARMED, before)
    assert read_key_file(key())
    return refusal.value.why


def test_an_armed_campaign_can_be_written_again_and_armed_under_another_key(each_app: Flask) -> None:
    armed_campaign(each_app, a_definition())
    former, public = read_key_file(key()), campaign().public_key
    with transaction(write=True) as session:
        campaigns.set_present(session, "small", "A", 7, BY)
    value = disarm()
    with transaction() as session:
        assert audit.verify(session)[1] == value
        assert campaigns.present(session, campaign()) == {}
    back = campaign()
    assert (back.state, back.custody, back.public_key, back.code) == (State.DRAFT, None, None, "small")
    assert not key().exists()
    with transaction(write=True) as session:
        draft = drafts.find(session, "small")
        changed = draft.document | {"groups": draft.document["groups"][:1]}
        assert drafts.save(session, "small", changed, draft.version, BY) == ()
    arm()
    assert read_key_file(key()) != former
    assert campaign().public_key not in (None, public)
    codes = issue(each_app, "small", {"A": 6})
    with transaction(write=True) as session:
        campaigns.open_voting(session, "small", "http://127.0.0.1", allow_http=False, by=BY)
    for code in codes["A"]:
        cast(each_app, code, {"c1.de": "excellent"})
    close(each_app, "small")
    counted = count(each_app, "small").count
    assert counted.accounting.total.valid == 6
    with transaction() as session:
        said = certificate.gather(session, campaign())
    assert [step.act for step in said.steps][:3] == ["arm", "disarm", "arm"]


def test_a_draft_again_can_be_deleted(app: Flask) -> None:
    armed_campaign(app, a_definition())
    disarm()
    with transaction(write=True) as session:
        drafts.delete(session, "small", BY)
    with pytest.raises(UnknownCampaign):
        campaign()


def test_shares_become_worthless(app: Flask, tmp_path: Path) -> None:
    with key_files.Undo() as undo, transaction(write=True) as session:
        campaigns.load(session, a_definition(), BY)
        armed = campaigns.arm(session, "small", Custody.SCRUTINEERS, BY, shares=3, threshold=2)
        key_files.write_shares(tmp_path / "shares", armed, undo, shares=3, threshold=2)
    disarm()
    with transaction() as session:
        [facts] = [facts for entry, facts in audit.history(session, "small") if entry.act == "disarm"]
    assert (facts["custody"], facts["codes"]) == ("scrutineers", 0)
    assert campaign().public_key is None


def test_codes_that_somebody_may_hold_keep_it_armed(app: Flask) -> None:
    armed_campaign(app, a_definition())
    codes = issue(app, "small", {"A": 2})
    assert refused() == "codes-out"
    with transaction(write=True) as session:
        tokens.void(session, vault(), "small", codes["A"], BY)
    assert refused() == "codes-out"


def test_codes_that_nobody_fetched_go_with_their_file(each_app: Flask) -> None:
    armed_campaign(each_app, a_definition())
    job = ask(an_account(), {"A": 3})
    assert refused() == "job"
    slip_jobs.run(job.key, workplace())
    disarm()
    assert list(folder().iterdir()) == []
    assert found(job.key).file is None
    assert db.session.scalar(select(func.count()).select_from(TokenRow)) == 0
    arm()
    assert issue(each_app, "small", {"A": 2})
    with transaction() as session:
        step = next_step(
            session,
            campaign(),
            base_url="http://127.0.0.1",
            allow_http=False,
            keys=settings().keys,
            now=now(),
        )
    assert {check.key: check.facts for check in step.checks}["issued"] == {"number": 2}


def test_a_file_too_old_was_seen_by_nobody(app: Flask) -> None:
    armed_campaign(app, a_definition())
    job = ask(an_account(), {"A": 3})
    slip_jobs.run(job.key, workplace())
    download_folder.sweep(folder(), now() + 2 * download_folder.LIFE)
    disarm()
    assert campaign().state is State.DRAFT


def test_a_file_that_was_fetched_is_out(app: Flask) -> None:
    armed_campaign(app, a_definition())
    job = ask(an_account(), {"A": 3})
    slip_jobs.run(job.key, workplace())
    with download_folder.opened(folder(), found(job.key)):
        assert refused() == "fetching"
        with transaction(write=True) as session:
            download_folder.hand_over(session, found(job.key), BY)
    assert refused() == "codes-out"


def test_a_job_that_nobody_remembers_is_out(app: Flask) -> None:
    armed_campaign(app, a_definition())
    job = ask(an_account(), {"A": 3})
    slip_jobs.run(job.key, workplace())
    with transaction(write=True) as session:
        jobs.forget_old(session, now() + 2 * jobs.KEPT)
    assert refused() == "codes-out"


def test_what_is_no_longer_or_never_was_armed(app: Flask) -> None:
    with transaction(write=True) as session:
        campaigns.load(session, a_definition(), BY)
    with pytest.raises(WrongState, match="is draft"):
        disarm()
    arm()
    issue(app, "small", {"A": 2})
    with transaction(write=True) as session:
        campaigns.open_voting(session, "small", "http://127.0.0.1", allow_http=False, by=BY)
    with pytest.raises(WrongState, match="is open"):
        disarm()


def test_a_trial_run_is_erased_instead(app: Flask) -> None:
    armed_campaign(app, a_definition())
    with transaction(write=True) as session:
        tried = trial.begin(session, "small", BY).code
    with key_files.Undo() as undo, transaction(write=True) as session:
        key_files.keep_key(settings().keys, campaigns.arm(session, tried, Custody.SERVER, BY), undo)
    with pytest.raises(CannotDisarm) as refusal:
        procedure.disarm(tried, settings().keys, folder(), BY)
    assert refusal.value.why == "trial"


def interrupted() -> bytes:
    """Take back, and be killed after the commit; return the key file that is left."""
    left = key().read_bytes()
    with ExitStack() as held, transaction(write=True) as session:
        disarming.take_back(session, "small", folder(), BY, held)
    assert key().read_bytes() == left
    return left


def test_an_interrupted_one_is_finished_by_the_same_command(app: Flask) -> None:
    armed_campaign(app, a_definition())
    interrupted()
    before = acts()
    disarm()
    assert not key().exists()
    assert acts() == before


@pytest.mark.parametrize("half_destroyed", [False, True])
def test_an_interrupted_one_is_finished_by_the_next_arming(app: Flask, half_destroyed: bool) -> None:
    armed_campaign(app, a_definition())
    left = interrupted()
    if half_destroyed:
        key().write_bytes(b"\x99" * len(left))
    arm()
    assert key_files.seed_of(campaign(), settings().keys, ())


def test_no_other_key_is_taken_for_a_former_one(app: Flask) -> None:
    armed_campaign(app, a_definition())
    interrupted()
    arm()
    kept = key().read_bytes()
    procedure.destroy_former_keys(settings().keys)
    assert key().read_bytes() == kept
    armed_campaign(app, a_definition(campaign={"code": "other", "title": "另一次", "organiser": "考核组"}))
    key().replace(key().with_name("kept"))
    key_files.key_path(settings().keys, "other").replace(key())
    procedure.destroy_former_keys(settings().keys)
    assert key().exists()


def test_the_worker_finishes_it_too(app: Flask) -> None:
    armed_campaign(app, a_definition())
    interrupted()
    procedure.destroy_former_keys(settings().keys)
    assert not key().exists()


def test_taking_back_and_issuing_at_once_exclude_each_other(each_app: Flask) -> None:
    """Whoever comes second is refused: no draft has codes, and no armed campaign lost its key."""
    armed_campaign(each_app, a_definition())
    for _ in range(6):
        outcomes = at_once(each_app, disarm, lambda: issue(each_app, "small", {"A": 2}))
        number = db.session.scalar(select(func.count()).select_from(TokenRow))
        db.session.rollback()
        if campaign().state is State.DRAFT:
            assert (number, key().exists(), outcomes) == (0, False, [True, False])
            arm()
        else:
            assert (number, outcomes) == (2, [False, True])
            assert key_files.seed_of(campaign(), settings().keys, ())
            break


def at_once(app: Flask, *works: Callable[[], object]) -> list[bool]:
    """Do several things at the same time, each in a thread; return which were not refused."""
    ready = threading.Barrier(len(works))

    def do(work: Callable[[], object]) -> bool:
        with app.app_context():
            ready.wait()
            try:
                work()
            except WrongState:
                return False
            finally:
                db.session.remove()
        return True

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(do, works))

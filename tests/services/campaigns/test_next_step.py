"""What comes next in every state, and what is said about it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from survey.domain.ballot.turns import Turn, TurnStanding
from survey.domain.count.accounting import Accounting, GroupAccount
from survey.domain.definition.campaign import Campaign, Custody, Publication, State
from survey.domain.publication.turnout_disclosure import ShownReturn
from survey.services.accounts import accounts
from survey.services.campaigns import campaigns, drafts, trial
from survey.services.campaigns.next_step import act_of, next_step, work_out
from survey.services.campaigns.starting import Lack
from survey.services.campaigns.step_checks import Facts, NextAct, Severity
from survey.services.paper.status import PaperStatus, SheetNumbers
from survey.services.paper.waiting import Waiting
from survey.storage.database import transaction
from survey.web.admin.words.steps import _CHECKS, TITLES
from survey.web.context import settings
from tests.builders import BY, a_definition, armed_campaign, built, close, count, issue, running_campaign
from tests.services.paper.urn import a_sheet, collecting_campaign, find, keep

NOW = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
DONE, NOTE, WARN, BLOCK = Severity.DONE, Severity.NOTE, Severity.WARN, Severity.BLOCK

READY = {"signers": 2, "with_factor": 2}
"""Two accounts that could sign today."""


def in_state(state: State, **more: Any) -> Campaign:
    campaign = more.pop("campaign", {})
    definition = built(
        campaign={"code": "small", "title": "小型测评", "organiser": "考核组", **campaign},
        **more.pop("data", {}),
    )
    standing = {"shaken": True, "forgotten": True, "held": False, "publication": Publication.NONE}
    return Campaign(
        id=1,
        definition=definition,
        state=state,
        custody=more.pop("custody", Custody.SERVER),
        public_key=b"",
        **(standing | more),
    )


def checked(campaign: Campaign, **facts: Any) -> tuple[NextAct, dict[str, Severity], bool]:
    step = work_out(Facts(campaign, NOW, **facts))
    for check in step.checks:
        assert str(_CHECKS[check.key]) % check.facts, check
    return step.act, {check.key: check.standing for check in step.checks}, step.possible


def test_a_draft_is_armed() -> None:
    act, checks, possible = checked(in_state(State.DRAFT))
    assert act is NextAct.ARM
    assert checks == {"defined": DONE, "untried": NOTE, "no-signers": WARN}
    assert possible
    assert checked(in_state(State.DRAFT), tried=True, signers=2)[1] == {"defined": DONE, "tried": DONE}


def test_where_all_come_by_a_link_no_code_is_spoken_of() -> None:
    survey = in_state(State.OPEN, campaign={"entry": "open"})
    act, checks, possible = checked(survey, turnout=ShownReturn(45, 0, 40, False), signers=2)
    assert (act, possible) == (NextAct.CLOSE, True)
    assert checks.pop("no-second-factors") is NOTE
    assert checks == {"taken-part": DONE, "not-handed-in": NOTE, "key-not-copied": WARN}
    checks = checked(survey, turnout=ShownReturn(0, 0, 0, False), signers=2)[1]
    assert checks.pop("no-second-factors") is NOTE
    assert checks == {"hardly-anybody": WARN, "key-not-copied": WARN}


def test_nothing_to_rate_and_unused_forms_are_told_before_arming() -> None:
    questions = [{"key": "t", "label": "建议", "kind": "text"}]
    act, checks, possible = checked(in_state(State.DRAFT, data={"questions": questions, "ratees": []}))
    assert (act, checks["nothing-rated"], possible) == (NextAct.ARM, WARN, True)
    assert "defined" not in checks
    form = a_definition()["sections"][0]
    unused = in_state(State.DRAFT, data={"sections": [form, form | {"key": "spare"}]})
    assert checked(unused)[1]["unused-forms"] is WARN
    one = in_state(State.DRAFT, data={"groups": ["A"]})
    assert checked(one)[1]["defined-of-one"] is DONE


def test_fields_for_text_that_only_few_can_fill_in_are_told_before_arming() -> None:
    questions = [{"key": "t", "label": "建议", "kind": "text", "groups": ["B"]}]
    draft = in_state(State.DRAFT, data={"questions": questions})

    def planned(number: int) -> Campaign:
        groups = tuple(
            replace(group, issue=issue)
            for group, issue in zip(draft.definition.groups, (20, number), strict=True)
        )
        return replace(draft, definition=replace(draft.definition, groups=groups))

    assert "texts-of-few" not in checked(draft)[1]
    assert checked(planned(4))[1]["texts-of-few"] is WARN
    (told,) = [one for one in work_out(Facts(planned(4), NOW)).checks if one.key == "texts-of-few"]
    assert told.facts == {"names": "“建议”", "least": 5}
    assert "texts-of-few" not in checked(planned(5))[1]


def test_a_draft_with_faults_or_an_end_in_the_past_cannot_be_armed() -> None:
    act, checks, possible = checked(in_state(State.DRAFT), unfinished=True, signers=2)
    assert (act, checks["unfinished"], possible) == (NextAct.ARM, BLOCK, False)
    over = in_state(State.DRAFT, campaign={"closes_at": NOW})
    assert checked(over, signers=2)[1]["ends-in-the-past"] is BLOCK


def test_codes_come_before_the_opening() -> None:
    assert checked(in_state(State.ARMED))[0] is NextAct.ISSUE
    act, checks, possible = checked(in_state(State.ARMED), turnout=ShownReturn(40, 2, 0, True), **READY)
    assert act is NextAct.OPEN
    assert checks == {"frozen": DONE, "issued": DONE, "key-not-copied": WARN, "second-factors": DONE}
    assert possible


def test_open_campaigns_need_no_codes() -> None:
    assert checked(in_state(State.ARMED, campaign={"entry": "open"}))[0] is NextAct.OPEN


def test_the_start_by_the_clock_and_what_it_lacks_are_said_before_the_opening() -> None:
    waiting = in_state(State.ARMED, campaign={"opens_at": NOW + HOUR, "closes_at": NOW + 2 * HOUR})
    assert checked(waiting)[1]["starts-by-the-clock"] is NOTE
    late = in_state(State.ARMED, campaign={"opens_at": NOW - HOUR})
    checks = checked(late, lacks=(Lack.CODES, Lack.JOB))[1]
    assert (checks["start-overdue"], checks["lacks-codes"], checks["lacks-job"]) == (WARN, WARN, NOTE)
    assert checked(late, lacks=(Lack.DECISION,))[1]["start-undecided"] is WARN
    over = in_state(State.ARMED, campaign={"closes_at": NOW - HOUR})
    _, checks, possible = checked(over, lacks=(Lack.END,))
    assert (checks["ended-before-it-began"], possible) == (BLOCK, False)


@pytest.mark.parametrize(("allowed", "standing"), [(False, BLOCK), (True, WARN)])
def test_plain_http_stands_in_the_way_unless_allowed(allowed: bool, standing: Severity) -> None:
    shown = ShownReturn(40, 0, 0, True)
    checks, possible = checked(
        in_state(State.ARMED), turnout=shown, plain_http=True, allow_http=allowed, key_copied=True
    )[1:]
    assert checks["plain-http"] is standing
    assert checks["key-copied"] is DONE
    assert possible is allowed


def test_an_open_campaign_is_closed() -> None:
    ends = in_state(State.OPEN, extended_to=NOW + HOUR, custody=Custody.SCRUTINEERS)
    act, checks, possible = checked(ends, turnout=ShownReturn(40, 0, 30, False), uncounted=2, **READY)
    assert act is NextAct.CLOSE
    assert checks == {
        "issued": DONE,
        "key-with-scrutineers": DONE,
        "outstanding": WARN,
        "ends-by-the-clock": NOTE,
        "present-unknown": NOTE,
        "second-factors": DONE,
    }
    assert possible


def test_an_end_that_has_passed_is_not_announced() -> None:
    checks = checked(in_state(State.OPEN, extended_to=NOW - HOUR), turnout=ShownReturn(40, 0, 30, False))[1]
    assert checks["time-is-up"] is NOTE
    assert "ends-by-the-clock" not in checks
    assert "all-in" in checked(in_state(State.OPEN), turnout=ShownReturn(40, 1, 39, True))[1]


def test_a_restored_campaign_waits_for_its_owner() -> None:
    assert checked(in_state(State.OPEN, held=True))[:2] == (NextAct.REOPEN, {"held": WARN})


def test_an_interrupted_close_comes_before_the_count() -> None:
    assert checked(in_state(State.CLOSED, forgotten=False))[:2] == (NextAct.FINISH_CLOSE, {"unshaken": WARN})
    act, checks, possible = checked(in_state(State.CLOSED), key_there=False, **READY)
    ready = {"shaken": DONE, "second-factors": DONE}
    assert (act, checks, possible) == (NextAct.COUNT, ready | {"key-lost": BLOCK}, False)
    assert checked(in_state(State.CLOSED), **READY)[1] == ready | {"key-there": DONE}
    shared = in_state(State.CLOSED, custody=Custody.SCRUTINEERS)
    assert checked(shared, threshold=2, key_there=False, **READY)[1] == ready | {"bring-shares": NOTE}


def _account(**changes: int) -> Accounting:
    account = GroupAccount(issued=10, voided=0, returned=8, valid=8, spoiled=0, unreadable=0)
    return Accounting.of({"A": replace(account, **changes)})


@pytest.mark.parametrize(
    ("changes", "key", "standing"),
    [
        ({}, "adds-up", DONE),
        ({"present": 8}, "adds-up", DONE),
        ({"present": 7}, "does-not-add-up", BLOCK),
        ({"unreadable": -1}, "does-not-add-up", BLOCK),
        ({"voided": 3}, "does-not-add-up", BLOCK),
        ({"unreadable": 2}, "unreadable", WARN),
    ],
)
def test_a_count_is_signed_where_it_adds_up(changes: dict[str, int], key: str, standing: Severity) -> None:
    act, checks, possible = checked(in_state(State.COUNTED), accounting=_account(**changes), **READY)
    assert act is NextAct.SIGN
    assert checks == {key: standing, "second-factors": DONE}
    assert possible is (standing is not BLOCK)


def test_signing_needs_two_accounts() -> None:
    _, checks, possible = checked(in_state(State.COUNTED), accounting=_account(), signers=1, waiting=3)
    assert checks == {"adds-up": DONE, "no-signers": BLOCK, "texts-waiting": NOTE}
    assert not possible


@pytest.mark.parametrize(
    ("state", "standing"),
    [(State.ARMED, NOTE), (State.OPEN, NOTE), (State.CLOSED, NOTE), (State.COUNTED, BLOCK)],
)
@pytest.mark.parametrize("needed", [1, 2])
def test_second_factors_are_hinted_at_early_and_needed_at_the_signature(
    needed: int, state: State, standing: Severity
) -> None:
    campaign = in_state(state, campaign={"signatures": needed})
    lacking: dict[str, Any] = {"accounting": _account(), "signers": 3, "with_factor": needed - 1}
    _, checks, possible = checked(campaign, **lacking)
    assert checks["no-second-factors"] is standing
    assert possible is (standing is NOTE)
    (said,) = [
        one for one in work_out(Facts(campaign, NOW, **lacking)).checks if one.key == "no-second-factors"
    ]
    assert said.facts == {"ready": needed - 1, "number": 3, "needed": needed}
    assert checked(campaign, **lacking | {"with_factor": needed})[1]["second-factors"] is DONE
    # Where accounts are missing, that is what is to be done first.
    few = checked(campaign, signers=needed - 1, with_factor=needed - 1)[1]
    assert not few.keys() & {"second-factors", "no-second-factors"}
    assert "no-second-factors" not in checked(in_state(State.DRAFT), signers=2)[1]


def test_signing_alone_needs_one_account() -> None:
    alone = in_state(State.COUNTED, campaign={"signatures": 1})
    ready = {"adds-up": DONE, "second-factors": DONE}
    assert checked(alone, accounting=_account(), signers=1, with_factor=1)[1:] == (ready, True)
    assert checked(alone, accounting=_account())[1:] == ({"adds-up": DONE, "no-signer": BLOCK}, False)
    assert checked(in_state(State.ARMED, campaign={"signatures": 1}))[1]["no-signer"] is WARN


def test_after_the_signatures() -> None:
    act, checks, _ = checked(in_state(State.CERTIFIED), signed=("李计", "陈监"))
    assert (act, checks) == (NextAct.DELIVER, {"signed": DONE, "shred-last": NOTE})
    published = in_state(State.CERTIFIED, publication=Publication.PUBLIC)
    assert checked(published)[:2] == (NextAct.SHRED, {"signed": DONE, "copies": NOTE})
    assert checked(in_state(State.CERTIFIED, trial_of="real"))[0] is NextAct.SHRED
    assert checked(in_state(State.SHREDDING))[:2] == (NextAct.SHRED, {"half-shredded": WARN})
    assert checked(in_state(State.SHREDDED), waiting=1)[0] is NextAct.PUBLISH
    assert checked(in_state(State.SHREDDED, publication=Publication.WITHDRAWN))[0] is NextAct.PUBLISH
    assert checked(in_state(State.SHREDDED, publication=Publication.LINK))[0] is NextAct.NOTHING
    assert checked(in_state(State.SHREDDED, trial_of="real"))[0] is NextAct.ERASE


def test_a_trial_is_not_asked_to_be_tried_nor_its_key_to_be_copied() -> None:
    assert checked(in_state(State.DRAFT, trial_of="real"), signers=2)[1] == {"defined": DONE}
    assert checked(in_state(State.ARMED, trial_of="real"), **READY)[1] == {
        "frozen": DONE,
        "second-factors": DONE,
    }


def test_every_act_and_check_has_words() -> None:
    assert set(TITLES) == set(NextAct)
    assert len(set(map(str, _CHECKS.values()))) == len(_CHECKS)


def looked_up(code: str = "small") -> tuple[NextAct, dict[str, dict[str, Any]]]:
    here = settings()
    with transaction() as session:
        step = next_step(
            session,
            campaigns.find_campaign(session, code),
            base_url=here.base_url,
            allow_http=here.allow_http,
            keys=here.keys,
            now=NOW,
        )
    return step.act, {check.key: dict(check.facts) for check in step.checks}


def test_the_facts_are_read_from_the_database(app: Flask) -> None:
    with transaction(write=True) as session:
        drafts.create(session, a_definition(), "", BY)
    assert looked_up() == (
        NextAct.ARM,
        {"defined": {"ratees": 3, "groups": 2}, "untried": {}, "no-signers": {"number": 2}},
    )
    with transaction(write=True) as session:
        trial.begin(session, "small", BY)
        accounts.create(session, "李计", "scrutineer", None, BY)
        draft = drafts.find(session, "small")
        drafts.save(session, "small", draft.document | {"ratees": []}, draft.version, BY)
    assert looked_up() == (NextAct.ARM, {"unfinished": {}, "tried": {}, "no-signers": {"number": 1}})


def test_the_facts_of_a_campaign_that_runs(app: Flask) -> None:
    armed_campaign(app, a_definition())
    assert looked_up()[0] is NextAct.ISSUE
    issue(app, "small", {"A": 6, "B": 6})
    assert looked_up()[1]["issued"] == {"number": 12}
    with transaction(write=True) as session:
        campaigns.open_voting(session, "small", "http://127.0.0.1", allow_http=False, by=BY)
        campaigns.set_present(session, "small", "A", 6, BY)
    act, checks = looked_up()
    assert act is NextAct.CLOSE
    assert checks["outstanding"] == {"number": 12}
    assert checks["present-unknown"] == {"number": 1}
    close(app, "small")
    assert "key-there" in looked_up()[1]
    count(app, "small")
    assert looked_up()[1]["adds-up"] == {}


def test_a_key_that_is_gone_is_missed(app: Flask) -> None:
    running_campaign(app, a_definition(), 2)
    close(app, "small")
    (settings().keys / "small.key").unlink()
    assert "key-lost" in looked_up()[1]


def on_paper(**standing: Any) -> Campaign:
    return in_state(State.OPEN, data={"paper": {}}, **standing)


def read(**numbers: Any) -> PaperStatus:
    urn, in_box = numbers.pop("urn", None), numbers.pop("in_box", 0)
    return PaperStatus("collecting", in_box, 0, SheetNumbers(**numbers), urn=urn)


def test_where_there_is_paper_collecting_comes_before_the_close() -> None:
    turnout = ShownReturn(150, 0, 40, False)
    act, checks, possible = checked(on_paper(), turnout=turnout, **READY)
    assert (act, possible) == (NextAct.COLLECT, True)
    assert checks == {
        "issued": DONE,
        "cast-by-phone": NOTE,
        "phone-ends": WARN,
        "unprinted": WARN,
        "key-not-copied": WARN,
        "second-factors": DONE,
    }
    checks = checked(on_paper(), turnout=turnout, printed=True, key_copied=True, **READY)[1]
    assert (checks["leftover-sheets"], checks["paper-key-not-copied"]) == (NOTE, WARN)
    checks = checked(on_paper(), printed=True, paper_key_copied=True, paper_key_missing=True)[1]
    assert checks["paper-key-lost"] is WARN


def test_what_is_held_is_told_to_collect_before_it_is_reopened() -> None:
    assert checked(on_paper(held=True))[:2] == (NextAct.REOPEN, {"held": WARN, "urn-seen": WARN})
    held = on_paper(held=True, collecting=True)
    assert checked(held)[:2] == (NextAct.REOPEN, {"held": WARN, "phone-over": DONE})


@pytest.mark.parametrize(("ends", "key"), [(HOUR, "collects-by-the-clock"), (-HOUR, "time-to-collect")])
def test_the_clock_is_said_to_collect(ends: timedelta, key: str) -> None:
    times = {"code": "small", "title": "t", "organiser": "o", "closes_at": NOW + ends}
    assert checked(on_paper(campaign=times))[1][key] is NOTE
    collecting = on_paper(campaign=times, collecting=True)
    assert key not in checked(collecting, paper=read(in_box=5))[1]


@pytest.mark.parametrize(
    ("paper", "act"),
    [
        (None, NextAct.SCAN),
        (read(), NextAct.SCAN),
        (read(urn=3), NextAct.SCAN),
        (read(urn=0), NextAct.CLOSE),
        (read(in_box=7), NextAct.CLOSE),
        (read(ready=4), NextAct.CLOSE),
        (read(in_box=7, waiting=1), NextAct.REVIEW),
        (read(incomplete=1), NextAct.REVIEW),
    ],
)
def test_while_collecting_scans_and_people_come_before_the_close(
    paper: PaperStatus | None, act: NextAct
) -> None:
    found, checks, possible = checked(on_paper(collecting=True), paper=paper)
    assert (found, possible) == (act, True)
    assert checks["phone-over"] is DONE


def test_a_list_of_turns_is_gone_through_before_the_close() -> None:
    campaign = in_state(State.OPEN, campaign={"turns": True})
    waiting = TurnStanding((("p0", Turn.ENDED), ("p1", Turn.WAITING)))
    act, checks, possible = checked(campaign, standing=waiting, **READY)
    assert (act, possible) == (NextAct.TURNS, True)
    assert checks.pop("second-factors") is DONE
    assert checks == {"issued": DONE, "turns-waiting": NOTE, "key-not-copied": WARN}
    running = replace(waiting, turns=(("p0", Turn.OPEN), ("p1", Turn.WAITING)))
    assert checked(campaign, standing=running, **READY)[1]["turn-running"] is NOTE
    said = {one.key: one.facts for one in work_out(Facts(campaign, NOW, standing=running)).checks}
    assert said["turn-running"] == {"done": 0, "number": 1}
    last = replace(waiting, turns=(("p0", Turn.ENDED), ("p1", Turn.OPEN)))
    act, checks, _ = checked(campaign, standing=last, **READY)
    assert (act, checks["last-turn"]) == (NextAct.TURNS, NOTE)
    assert "not-handing-in" not in checks
    over = replace(waiting, turns=(("p0", Turn.ENDED), ("p1", Turn.ABSENT)))
    act, checks, _ = checked(campaign, standing=over, **READY)
    assert (act, checks["not-handing-in"]) == (NextAct.TURNS, WARN)
    act, checks, _ = checked(campaign, standing=replace(over, handing_in=True), **READY)
    assert (act, checks["handing-in"]) == (NextAct.CLOSE, DONE)
    # Where nobody looked whose turn it is, as on the list of campaigns.
    assert act_of(campaign, 6) is NextAct.TURNS


def test_it_is_said_how_far_the_sheets_are() -> None:
    paper = read(in_box=7, ready=2, waiting=3, incomplete=1, urn=14)
    checks = checked(on_paper(collecting=True), paper=paper)[1]
    assert checks == {
        "phone-over": DONE,
        "sheets-read": DONE,
        "sheets-wait": WARN,
        "sheets-incomplete": WARN,
        "sheets-ready": NOTE,
        "urn-differs": WARN,
    }
    paper = read(in_box=7, urn=7)
    checks = checked(on_paper(collecting=True), paper=paper, turnout=ShownReturn(9, 0, 7, True), **READY)[1]
    assert (checks["urn-agrees"], checks["outstanding"]) == (DONE, WARN)
    assert checked(on_paper(collecting=True), paper=read())[1]["nothing-scanned"] is NOTE


def test_a_campaign_that_collects_goes_through_its_steps(app: Flask) -> None:
    running, key = collecting_campaign(app)
    assert step_of(app) is NextAct.SCAN
    keep(key, [a_sheet(key, find(), running.codes["A"][0], said="?")])
    assert step_of(app) is NextAct.REVIEW
    with transaction(write=True) as session:
        waiting = Waiting(session, find(), key)
        [(row, _)] = waiting.sheets()
        waiting.replace(row, a_sheet(key, find(), running.codes["A"][0]))
    assert step_of(app) is NextAct.CLOSE
    close(app, "small")
    assert step_of(app) is NextAct.COUNT


def step_of(app: Flask) -> NextAct:
    with transaction() as session:
        found = campaigns.find_campaign(session, "small")
        return next_step(
            session, found, base_url="http://127.0.0.1", allow_http=False, keys=settings().keys, now=NOW
        ).act

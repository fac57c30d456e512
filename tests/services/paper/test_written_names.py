"""Names beside a list on paper: from frames with ink to wordings for tellers, by way of two people."""

import tomllib
from pathlib import Path

from flask import Flask

from survey.domain.decisions.written_names import gathered
from survey.domain.paper.answers import as_typed
from survey.domain.paper.fate import ItemKind
from survey.services.accounts.accounts import Account
from survey.services.campaigns import procedure
from survey.services.count import name_tellers, written_names
from survey.services.paper import review
from survey.services.paper.review_items import ReviewItem
from survey.storage.database import transaction
from survey.web.context import settings
from tests.builders import BY, count, running_campaign
from tests.sheets import Collected, ballots_of, collected_of, found, kept, scan, told
from tests.signing_in import an_account

DATA = tomllib.loads((Path(__file__).parents[2] / "data" / "nomination.toml").read_text("utf-8"))
FIRST, SECOND = "list.write_in.1", "list.write_in.2"
NOBODY: dict[str, str | None] = {}


def poll(app: Flask) -> Collected:
    changed = {
        "sections": [DATA["sections"][0] | {"write_in": 2}],
        "questions": [],
        "paper": {"texts": "typed", "over_quota": "spoil"},
    }
    return collected_of(running_campaign(app, DATA | changed, 12))


def pictures_of(of: Collected, written: dict[str, dict[str, str]]) -> dict[str, str]:
    """Map the keys of pictures to what stands in their frames; ``written`` is that by code."""
    sheets = kept(of)
    return {
        sheets[of.serial(token)].pages[0].crops[name]: said
        for token, names in written.items()
        for name, said in names.items()
    }


def two_type(of: Collected, pictures: dict[str, str]) -> None:
    """Have two accounts, each alone, say that sheets without a tick have none, and type in every name."""
    for name, role in (("王芳", "organiser"), ("李明", "scrutineer")):
        account = an_account(role, name=name)
        while asked := next_of(of, account):
            said = "blank"
            if asked.kind is ItemKind.TEXT:
                said = as_typed(pictures[asked.pictures[0].crop or ""])
            with transaction(write=True) as session:
                review.answer(session, of.code, of.key, asked.item, account, said, BY)


def next_of(of: Collected, account: Account) -> ReviewItem | None:
    with transaction() as session:
        campaign = found(of.code)
        item = review.next_item(session, campaign, of.key, account)
        item = item or review.next_text(session, campaign, of.key, account)
    if item and item.kind is ItemKind.TEXT:
        assert (item.about, item.section, item.is_name, item.longest) == ("", "推荐名单", True, 40)
    return item


def wordings(of: Collected) -> dict[str, int]:
    """Return how often each wording was written, as a teller sees it."""
    teller = an_account("scrutineer", name="甲")
    with transaction(write=True) as session:
        name_tellers.take_part(session, of.code, teller, BY)
    with transaction() as session:
        items = written_names.desk(session, of.code, teller.name).items
    return {item.written.wording: item.written.times for item in items}


def test_names_of_two_frames_go_into_the_box_and_are_counted_as_those_of_phones(app: Flask) -> None:
    of = poll(app)
    tokens = of.codes["B"]
    written = {token: {FIRST: "张三"} for token in tokens[:5]}
    written[tokens[5]] = {FIRST: "财政局\u3000张三", SECOND: "李四"}
    pages = [of.page(token, NOBODY, ink=names) for token, names in written.items()]
    ticks = {"p1.vote": "yes", "p2.vote": "yes"}
    run = scan(of.code, [*pages, *(of.page(token, ticks) for token in tokens[6:11])])
    assert (run.put_in.in_box, told(of).sheets.waiting) == (5, 6)
    two_type(of, pictures_of(of, written))
    procedure.close(of.code, BY, settings().keys)
    names = [text for ballot in ballots_of(of) for text in ballot.texts.values()]
    assert sorted(names) == ["张三"] * 5 + ["李四", "财政局 张三"]
    expected = {name: times for (_, name), times in gathered(("list", one) for one in names).items()}
    count(app, of.code)
    assert wordings(of) == expected


def test_what_cannot_count_is_left_out_and_too_many_spoil_the_sheet(app: Flask) -> None:
    of = poll(app)
    tokens = of.codes["B"]
    written = {
        tokens[0]: {FIRST: "候选1", SECOND: "王五"},
        tokens[1]: {FIRST: "王五", SECOND: "王 五"},
        tokens[2]: {FIRST: "王五", SECOND: "赵六"},
    }
    one = {"p1.vote": "yes"}
    others = [of.page(token, one) for token in tokens[3:8]]
    scan(of.code, [*others, *(of.page(token, one, ink=names) for token, names in written.items())])
    two_type(of, pictures_of(of, written))
    procedure.close(of.code, BY, settings().keys)
    total = count(app, of.code).count.accounting.total
    assert (total.returned, total.valid, total.spoiled) == (8, 7, 1)
    assert wordings(of) == {"王五": 2}

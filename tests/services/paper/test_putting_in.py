"""Sheets go into the box together, in no order, as what they say or spoiled; what may not go in is named."""

from collections import Counter
from collections.abc import Sequence
from itertools import product
from typing import Any

import pytest

from survey.domain.errors import NotCollecting, WrongState
from survey.domain.paper.answering import answered
from survey.domain.paper.decide import open_items
from survey.domain.paper.fate import REFUSE, SPOIL
from survey.domain.paper.record import PaperAnswer, SheetRefusal
from survey.services.audit import audit
from survey.services.campaigns import procedure
from survey.services.paper.putting_in import FEWEST, PutIn, put_ready
from survey.services.paper.waiting import Waiting
from survey.storage import campaign_rows
from survey.storage.database import db, transaction
from survey.web.context import settings
from tests.builders import BY, a_definition, count, running_campaign
from tests.sheets import DOUBTFUL, GRADES, Collected, collected, found, in_the_box, kept, scan, told

OTHER = {"code": "other", "title": "另一个", "organiser": "考核组"}


def put(of: Collected, *, rest: bool = False) -> PutIn:
    with transaction(write=True) as session:
        return put_ready(session, found(of.code), of.key, BY, rest=rest)


def say(of: Collected, token: str, *answers: PaperAnswer) -> None:
    """Answer what is open about a sheet."""
    campaign = found(of.code)
    rules = campaign.definition.paper
    assert rules is not None
    with transaction(write=True) as session:
        waiting = Waiting(session, campaign, of.key)
        row, sheet = waiting.by_serial()[of.serial(token)]
        for answer in answers:
            sheet = answered(of.forms[sheet.group], sheet, rules, answer)
        waiting.replace(row, sheet)


def last(of: Collected, act: str) -> dict[str, Any]:
    with transaction() as session:
        return [facts for entry, facts in audit.history(session, of.code) if entry.act == act][-1]


def test_the_rest_goes_in_whatever_its_number(each_app: Any) -> None:
    of = collected(each_app)
    assert put(of, rest=True) == PutIn()
    scan(of.code, [of.page(token, "poor") for token in of.codes["A"][:2]])
    assert put(of) == PutIn()
    assert put(of, rest=True) == PutIn(in_box=2)
    assert (told(of).in_box, told(of).sheets.ready) == (2, 0)


def test_what_is_read_is_what_is_counted(each_app: Any) -> None:
    of = collected(each_app, by_phone=2)
    a, b = of.codes["A"][2:], of.codes["B"]
    scan(
        of.code,
        [of.page(token, "excellent") for token in a[:4]],
        [of.page(token, "poor") for token in b[:3]],
        [of.page(of.codes["A"][0], "poor")],
    )
    assert put(of, rest=True) == PutIn()
    close_with_paper(each_app, of)
    accounting = count(each_app, of.code).count.accounting
    total = accounting.total
    assert (total.returned, total.paper, total.valid, total.spoiled) == (9, 7, 9, 0)
    assert told(of).as_json()["sheets"]["refused"]["already-cast"] == 1
    assert (told(of).stage, told(of).in_box) == ("counted", 7)


def close_with_paper(app: Any, of: Collected) -> None:
    with app.app_context():
        procedure.close(of.code, BY, settings().keys)


def test_a_sheet_over_quota_is_spoiled_where_the_rules_say_so(app: Any) -> None:
    quota = {"section": "form", "criterion": "de", "grade": "excellent", "at_most": 1}
    of = collected(app, quotas=[quota], paper={"over_quota": "spoil"})
    pages = [of.page(token, {"c1.de": "excellent"}) for token in of.codes["A"][:4]]
    run = scan(of.code, [*pages, of.page(of.codes["A"][4], "excellent")])
    assert run.put_in == PutIn(in_box=4, spoiled=1)
    assert last(of, "put-in") == {"number": 5, "spoiled": 1, "decided": {}, "refused": {}}
    assert (told(of).in_box, told(of).spoiled, told(of).found) == (4, 1, 5)
    close_with_paper(app, of)
    total = count(app, of.code).count.accounting.total
    assert (total.returned, total.valid, total.spoiled) == (5, 4, 1)


def test_who_decided_how_many_is_noted_and_not_what(app: Any) -> None:
    of = collected(app)
    tokens = of.codes["A"][:FEWEST]
    scan(of.code, [of.page(token, {"c1.de": DOUBTFUL, "c2.de": "poor"}) for token in tokens])
    for token in tokens[1:]:
        say(of, token, *(PaperAnswer("line c1.de", who, "poor") for who in ("甲", "乙")))
    assert put(of) == PutIn()
    say(of, tokens[0], PaperAnswer("line c1.de", "甲", "unsure"))
    say(of, tokens[0], PaperAnswer("line c1.de", "甲\n丙", SPOIL, joint=True))
    assert put(of) == PutIn(in_box=4, spoiled=1)
    assert last(of, "put-in")["decided"] == {"丙": 1, "乙": 4, "甲": 5}


def test_what_two_people_refuse_is_counted_and_not_put_in(app: Any) -> None:
    of = collected(app)
    token = of.codes["A"][0]
    scan(of.code, [of.page(token, "poor"), of.page(token, "excellent")])
    campaign = found(of.code)
    assert campaign.definition.paper
    [item] = open_items(of.forms["A"], kept(of)[of.serial(token)], campaign.definition.paper)
    say(of, token, PaperAnswer(item.key, "甲\n乙", REFUSE, joint=True))
    assert put(of) == PutIn(refused=1)
    assert told(of).sheets.refused == {SheetRefusal.DOUBLE: 1}
    scan(of.code, [of.page(token, "poor")])
    assert (told(of).sheets.refused, told(of).sheets.ready) == ({SheetRefusal.DOUBLE: 1}, 0)


def test_only_in_collecting(app: Any) -> None:
    of = collected(app)
    with transaction(write=True) as session:
        campaign_rows.set_held(session, found(of.code), held=True)
    with pytest.raises(WrongState):
        put(of)
    before = running_campaign(app, a_definition(paper={}, campaign=OTHER))
    with transaction(write=True) as session, pytest.raises(NotCollecting):
        put_ready(session, found(before.code), of.key, BY)


def test_the_order_of_storing_is_not_the_scanners(each_app: Any) -> None:
    """Each sheet says something of its own, by which its ballot is found in the box."""
    of = collected(each_app, 250)
    scanned = of.codes["A"] + of.codes["B"]
    fields = [line.field for line in of.forms["A"].lines]
    said = list(product(GRADES, repeat=len(fields)))[1 : len(scanned) + 1]
    pages = [
        of.page(token, dict(zip(fields, values, strict=True)))
        for token, values in zip(scanned, said, strict=True)
    ]
    assert scan(of.code, pages).put_in.in_box == len(scanned)
    expected = [tuple(GRADES.index(value) for value in values) for values in said]
    postgres = db.engine.dialect.name == "postgresql"
    for order in ("ORDER BY key", *(["ORDER BY ctid"] if postgres else [""])):
        box = in_the_box(of, order)
        assert Counter(box) == Counter(expected)
        places = [expected.index(ratings) for ratings in box]
        assert abs(correlation(places)) < 0.2


def correlation(places: Sequence[int]) -> float:
    """Return the correlation of numbers 0 to n − 1 with their own places."""
    middle = (len(places) - 1) / 2
    spread = sum((place - middle) ** 2 for place in places)
    return sum((at - middle) * (place - middle) for at, place in enumerate(places)) / spread

"""The protocol of a campaign's log, as its page has it."""

import re

from flask import Flask
from sqlalchemy import text

from survey.services.audit import audit
from survey.storage.database import transaction
from tests.web.admin.count.test_counting import CODE, certified
from tests.web.people import browser


def test_the_protocol_lists_every_check_value(app: Flask) -> None:
    certified(app)
    client = browser(app, "旁人", "viewer")
    page = client.get("/admin/c/small/protocol").text
    with transaction() as session:
        history = audit.history(session, CODE)
        values = [audit.check_value(entry.hash) for entry, _ in history if entry.act != "load"]
    assert re.findall(r'<td class="mono">([0-9A-Z-]{14})</td>', page) == values
    assert "2026-11-22" in page
    assert "17:00:00" in page, "in the campaign's time zone"
    assert "校验不通过" not in page


def test_the_protocol_says_when_the_log_does_not_hold(app: Flask) -> None:
    certified(app)
    with transaction(write=True) as session:
        session.execute(text("DROP TRIGGER audit_refuses_update"))
        session.execute(text("UPDATE audit SET actor = 'nobody' WHERE number = 2"))
    client = browser(app, "旁人", "viewer")
    assert "校验不通过" in client.get("/admin/c/small/protocol").text

"""Shredding on the pages."""

import pytest
from flask import Flask

from survey.domain.definition.campaign import State
from survey.services.audit import audit
from survey.services.campaigns import procedure
from survey.storage.database import transaction
from survey.web.context import settings
from tests.web.admin.count.test_counting import CODE, acts, certified, counted, found
from tests.web.admin.custody.test_arming import everything
from tests.web.people import browser


def test_shredding(app: Flask) -> None:
    certified(app)
    client = browser(app, "组织者", "organiser")
    before = everything()
    assert client.post("/admin/c/small/shred", data={"typed": "smal"}).status_code == 422
    assert everything() == before
    answer = client.post("/admin/c/small/shred", data={"typed": "small", "confirmed": "张三\n 李四 \n\n张三"})
    assert answer.status_code == 303
    assert found().state is State.SHREDDED
    assert dict(acts())["shredding"]["confirmed"] == ["张三", "李四"]
    page = client.get(answer.location).text
    with transaction() as session:
        *_, (entry, _) = audit.history(session, CODE)
    assert audit.check_value(entry.hash) in page
    assert "张三、李四" in page
    assert list(settings().keys.iterdir()) == []


def test_shredding_goes_on_after_an_interruption(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    certified(app)
    client = browser(app, "组织者", "organiser")

    def fail(*_: object) -> None:
        raise OSError("power cut")

    with monkeypatch.context() as broken:
        broken.setattr(procedure, "destroy", fail)
        app.config["PROPAGATE_EXCEPTIONS"] = False
        assert (
            client.post("/admin/c/small/shred", data={"typed": "small", "confirmed": "张三"}).status_code
            == 500
        )
    assert found().state is State.SHREDDING
    assert "继续销毁" in client.get("/admin/c/small/shred").text
    assert client.post("/admin/c/small/shred").status_code == 303
    assert found().state is State.SHREDDED
    assert dict(acts())["shredding"]["confirmed"] == ["张三"]


def test_shredding_too_early(app: Flask) -> None:
    counted(app)
    client = browser(app, "组织者", "organiser")
    before = everything()
    assert client.post("/admin/c/small/shred", data={"typed": "small"}).status_code == 409
    assert "还没有签字确认" in client.get("/admin/c/small/shred").text
    assert everything() == before


@pytest.mark.parametrize("role", ["scrutineer", "viewer"])
def test_only_organisers_shred(app: Flask, role: str) -> None:
    certified(app)
    client = browser(app, "旁人", role)
    assert "全部销毁</button>" not in client.get("/admin/c/small/shred").text
    assert client.post("/admin/c/small/shred", data={"typed": "small"}).status_code in (403, 404)
    assert found().state is State.CERTIFIED

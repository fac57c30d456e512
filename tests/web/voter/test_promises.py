"""What the ballot promises, of its own campaign."""

from survey.domain.definition.campaign import Custody, Definition
from survey.storage.database import transaction
from survey.web.voter import views
from survey.web.voter.promises import promises
from tests.builders import open_campaign
from tests.web.voter.test_pages import REVIEWS, TOWN


def test_ballot_says_what_holds_for_its_campaign(app, client):
    page = client.post("/v/ballot", data={"code": open_campaign(app, TOWN)["A"][0]}).text
    for text in (
        "2026年度镇领导班子和领导干部民主测评",
        "县委组织部考核组",
        "A票(县级领导)",
        "请在认真听取述职的基础上",
        "投票期间密钥由系统管理员保管，计票确认后销毁",
        "不足 5 人作答的，不公布票数",
        "如全组选择相同，结果本身会显示各人的选择；文字意见的写法可能暴露身份",
        "先由审核人看过",
        "总体评价“优秀”最多评 <b>2</b> 人（本票 6 人）",
        "<summary>述职报告</summary>",
    ):
        assert text in page
    assert "没有加密" not in page


def test_what_becomes_of_texts_is_told_where_they_are_asked_for(app, client):
    few, shows = "能写的不足 5 人的文字，计票时不保留", "填写理由，会显示您选的是哪个等次"
    page = client.post("/v/ballot", data={"code": open_campaign(app, TOWN)["A"][0]}).text
    assert few in page
    assert shows not in page
    page = client.post("/v/ballot", data={"code": next(iter(open_campaign(app, REVIEWS).values()))[0]}).text
    assert few in page
    assert shows in page


def test_plain_http_beyond_loopback_is_told(app, client):
    codes = open_campaign(app, TOWN)["A"]
    for host, told in (("10.0.0.7:8000", True), ("localhost:8000", False), ("[::1]:8000", False)):
        page = client.post("/v/ballot", data={"code": codes[0]}, base_url=f"http://{host}").text
        assert ("没有加密" in page) is told
    page = client.post("/v/ballot", data={"code": codes[0]}, base_url="https://vote.example.org").text
    assert "没有加密" not in page


def test_shown_small_groups_are_told(app, client):
    text = TOWN.replace('small_groups = "withhold"', 'small_groups = "show"')
    page = client.post("/v/ballot", data={"code": open_campaign(app, text)["A"][0]}).text
    assert "人数少的票种也公布票数" in page
    assert "不足 5 人作答的，不公布票数" not in page.replace("合计不足 5 人作答的，不公布票数", "")


def test_custody_of_scrutineers_is_told(app, client):
    definition = _definition(app, open_campaign(app, TOWN)["A"][0])
    assert "须由监票人共同持钥开启" in "".join(promises(definition, Custody.SCRUTINEERS))


def _definition(app, code) -> Definition:
    with app.test_request_context(), transaction() as session:
        return views.casting.admit(session, views.vault(), code, views.now()).definition

"""Open campaigns: one code a device, kept in a cookie on that campaign's path only."""

from base64 import b64decode

from survey.services.campaigns import campaigns
from survey.services.voting import tokens
from survey.storage.database import transaction
from survey.web.context import vault
from survey.web.voter.open_entry.devices import COOKIE, KEPT_DAYS
from tests.builders import BY, EXAMPLES, open_campaign

PUBLIC = (EXAMPLES / "public-satisfaction.toml").read_text()
TOWN = (EXAMPLES / "town-annual.toml").read_text()

JSON = {"Accept": "application/json"}
PATH = "/o/public-satisfaction"


def _renamed(line):
    """Return the sample under another code, with one more line in its campaign's table."""
    return PUBLIC.replace('code = "public-satisfaction"', f'code = "other"\n{line}')


def test_page_has_one_button_and_sets_nothing(app, client):
    open_campaign(app, PUBLIC)
    page = client.get(PATH)
    assert page.status_code == 200
    assert page.text.count("<button") - page.text.count(" hidden>") == 1
    assert f'action="{PATH}"' in page.text
    assert "Set-Cookie" not in page.headers


def test_device_keeps_its_code_until_it_is_spent(app, client):
    open_campaign(app, PUBLIC)
    code = client.post(PATH, headers=JSON).json["code"]
    assert client.post(PATH, headers=JSON).json["code"] == code
    page = client.post(PATH)
    assert '<form method="post" action="/v/ballot"' in page.text
    assert f'name="code" value="{code}"' in page.text
    assert app.test_client().post(PATH, headers=JSON).json["code"] != code
    assert client.post("/v/cast", data={"code": code}).status_code == 201
    again = client.post(PATH, headers=JSON)
    assert (again.status_code, again.json["error"]) == (409, "already-cast")
    assert client.get(PATH).status_code == 200


def test_cookie_stays_on_its_path(app, client):
    open_campaign(app, PUBLIC)
    cookie = client.post(PATH).headers["Set-Cookie"]
    assert f"Path={PATH};" in cookie + ";"
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Secure" not in cookie
    assert "Secure" in app.test_client().post(PATH, base_url="https://vote.example.org").headers["Set-Cookie"]


def test_cookie_is_kept_for_as_long_as_the_page_says(app, client):
    open_campaign(app, PUBLIC)
    assert f"最多存 {KEPT_DAYS} 天" in client.get(PATH).text
    assert f"Max-Age={KEPT_DAYS * 24 * 3600};" in client.post(PATH).headers["Set-Cookie"] + ";"


def test_page_says_in_plain_words_what_the_cookie_does(app, client):
    open_campaign(app, PUBLIC)
    page = client.get(PATH).text
    for words in ("每个浏览器一份", "Cookie", "一次性编号", "没有您的姓名", "清除", "不记录编号与答案"):
        assert words in page


def test_cookie_is_the_code_and_nothing_else(app, client):
    open_campaign(app, PUBLIC)
    code = client.post(PATH, headers=JSON).json["code"]
    first = client.get_cookie(COOKIE, path=PATH).value
    payload = first.partition(".")[0]
    assert b64decode(payload + "=" * (-len(payload) % 4)).decode() == f'"{code}"'
    client.post(PATH)
    assert client.get_cookie(COOKIE, path=PATH).value == first  # no time in it
    assert len(client._cookies) == 1


def test_changed_cookie_is_worth_nothing(app, client):
    open_campaign(app, PUBLIC)
    code = client.post(PATH, headers=JSON).json["code"]
    value = client.get_cookie(COOKIE, path=PATH).value
    for at in (0, len(value) // 2, len(value) - 5):
        changed = value[:at] + ("a" if value[at] != "a" else "b") + value[at + 1 :]
        answer = _with_cookie(app, changed)
        assert answer.status_code == 200
        assert answer.json["code"] != code
    for odd in ("", "x", "é".encode().decode("latin-1"), "." * 50, value + "x", "A" * 3000):
        assert _with_cookie(app, odd).status_code == 200
    assert _with_cookie(app, value).json["code"] == code


def test_cookie_of_another_campaign_is_worth_nothing(app, client):
    open_campaign(app, PUBLIC)
    open_campaign(app, _renamed(""))
    code = client.post("/o/other", headers=JSON).json["code"]
    value = client.get_cookie(COOKIE, path="/o/other").value
    assert client.get_cookie(COOKIE, path=PATH) is None
    assert _with_cookie(app, value).json["code"] != code
    assert client.post("/v/cast", data={"code": code}).status_code == 201
    assert client.post("/o/other", headers=JSON).status_code == 409
    assert client.post(PATH, headers=JSON).status_code == 200  # having voted there is no matter here


def test_cleared_cookie_gets_another_code(app, client):
    open_campaign(app, PUBLIC)
    code = client.post(PATH, headers=JSON).json["code"]
    assert client.post("/v/cast", data={"code": code}).status_code == 201
    client.delete_cookie(COOKIE, path=PATH)
    assert client.post(PATH, headers=JSON).json["code"] != code  # as docs/secrecy.md says


def test_a_device_that_voted_is_told_so_and_sent_nowhere(app, client):
    open_campaign(app, PUBLIC)
    code = client.post(PATH, headers=JSON).json["code"]
    assert client.post("/v/cast", data={"code": code}).status_code == 201
    for _ in range(2):
        page = client.post(PATH)
        assert page.status_code == 409
        assert "这部手机已经填过" in page.text
        assert code not in page.text
        assert "Set-Cookie" not in page.headers
    again = client.post(PATH, headers=JSON)
    assert again.json["message"].startswith("这部手机已经填过")
    assert set(again.json) == {"error", "message", "fields"}


def test_voided_code_is_replaced(app, client):
    open_campaign(app, PUBLIC)
    code = client.post(PATH, headers=JSON).json["code"]
    with app.app_context(), transaction(write=True) as session:
        tokens.void(session, vault(), "public-satisfaction", [code], BY)
    fresh = client.post(PATH, headers=JSON).json["code"]
    assert fresh != code
    assert client.post(PATH, headers=JSON).json["code"] == fresh


def _with_cookie(app, value):
    other = app.test_client()
    other.set_cookie(COOKIE, value, path=PATH)
    return other.post(PATH, headers=JSON)


def test_forged_cookie_is_worth_nothing(app, client):
    open_campaign(app, PUBLIC)
    code = client.post(PATH, headers=JSON).json["code"]
    other = app.test_client()
    other.set_cookie(COOKIE, code, path=PATH)
    assert other.post(PATH, headers=JSON).json["code"] != code


def test_campaigns_with_codes_are_not_offered(app, client):
    open_campaign(app, TOWN)
    for path in ("/o/town-annual", "/o/nobody", "/o/%FF"):
        for method in ("GET", "POST"):
            answer = client.open(path, method=method, headers=JSON)
            assert (answer.status_code, answer.json["error"]) == (404, "unknown-campaign")
            assert "没有这项测评" in client.open(path, method=method).text


def test_ceiling(app):
    issued = sum(len(codes) for codes in open_campaign(app, PUBLIC).values())
    open_campaign(app, _renamed(f"ceiling = {issued + 2}"))
    answers = [app.test_client().post("/o/other", headers=JSON) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 403]
    assert answers[2].json["error"] == "full"


def test_before_the_opening(app, client):
    open_campaign(
        app, PUBLIC.replace('entry = "open"', 'entry = "open"\nopens_at = 2999-01-01T00:00:00+08:00')
    )
    for method in ("GET", "POST"):
        answer = client.open(PATH, method=method, headers=JSON)
        assert (answer.status_code, answer.json["error"]) == (403, "not-open")


def test_after_the_close(app, client):
    open_campaign(app, PUBLIC)
    with app.app_context(), transaction(write=True) as session:
        campaigns.close(session, "public-satisfaction", BY)
    answer = client.post(PATH, headers=JSON)
    assert (answer.status_code, answer.json["error"]) == (403, "closed")

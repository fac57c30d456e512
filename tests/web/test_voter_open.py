"""Open campaigns: one code a device, kept in a cookie on that campaign's path only."""

from survey.services import campaigns
from survey.storage.database import transaction
from survey.web.voter.devices import COOKIE
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
    assert '<form method="post" action="/v/ballot">' in page.text
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

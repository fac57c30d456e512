"""What may arrive in a body: encodings, repeats, files, sizes, and a lot of nonsense."""

import io
import random
from urllib.parse import quote

import pytest
from sqlalchemy import func, select

from survey.storage.database import transaction
from survey.storage.tables import BallotRow
from survey.web.voter.forms import PostedForm
from tests.builders import EXAMPLES, open_campaign

REVIEWS = (EXAMPLES / "one-report-two-reviews.toml").read_text()

JSON = {"Accept": "application/json"}
FORM = "application/x-www-form-urlencoded"
LIMIT = 256 * 1024


@pytest.fixture
def code(app):
    return open_campaign(app, REVIEWS)["A"][0]


def stored(app):
    with app.app_context(), transaction() as session:
        return session.scalar(select(func.count()).select_from(BallotRow))


def post(client, body, path="/v/cast", content_type=FORM):
    return client.post(path, data=body, content_type=content_type, headers=JSON)


@pytest.mark.parametrize(
    ("body", "name"),
    [
        (b"q.advice=%FF%FE", "q.advice"),
        (b"q.advice=\xff", "q.advice"),
        (b"q.advice=%ED%A0%80", "q.advice"),
        (b"q.advice=a%00b", "q.advice"),
        (b"q.advice=%EF%BF%BD", "q.advice"),
        (b"work.overall=%FF", "work.overall"),
        (b"work.overall=good%00", "work.overall"),
        (b"%FF=1", "\ufffd"),
        (b"q.advice%00=1", "q.advice\ufffd"),
        (b"nonsense", "nonsense"),
        (b"=1", ""),
        (b"receipt=%FF", "receipt"),
        (b"receipt=0000-1111-2222&receipt=0000-1111-2222", "receipt"),
        (b"work.overall=good&work.overall=good", "work.overall"),
        (b"q.advice=a&q.advice=", "q.advice"),
    ],
)
def test_what_cannot_be_taken_is_named(app, client, code, body, name):
    body = b"code=" + code.encode() + b"&" + body
    answer = post(client, body)
    assert answer.status_code == 422
    assert list(answer.json["fields"]) == [name]
    for path in ("/v/cast", "/v/review"):
        page = client.post(path, data=body, content_type=FORM)
        assert page.status_code == 422
        page.data.decode()
    assert client.post("/v/ballot", data=body, content_type=FORM).status_code == 200
    assert stored(app) == 0


@pytest.mark.parametrize(
    "body",
    [
        "",
        "work.overall=&q.problems=&q.advice=&receipt=",
        "pad=1&pad=2",
        "q.advice=好的",
        "q.advice=" + quote("好的\r\n第二行 \t"),
        "q.problems=plan&q.problems=&q.problems=merit",
        "&&;&".replace(";", "&"),
    ],
)
def test_what_is_taken(app, client, code, body):
    assert post(client, f"code={code}&{body}".encode()).status_code == 201
    assert stored(app) == 1


def test_charset_of_the_content_type_is_no_matter(client, code):
    body = f"code={code}&q.advice=好".encode()
    assert post(client, body, content_type=FORM + "; charset=gbk").status_code == 201


@pytest.mark.parametrize(
    "content_type", ["application/json", "text/plain", "", "nonsense", "multipart/form-data"]
)
def test_other_content_types_have_no_fields(client, code, content_type):
    answer = post(client, f"code={code}".encode(), content_type=content_type)
    assert (answer.status_code, answer.json["error"]) == (404, "unknown-code")


def test_multipart_is_read(app, client, code):
    data = {"code": code, "work.overall": "good", "q.problems": ["plan", "merit"], "pad": "x"}
    assert client.post("/v/cast", data=data, content_type="multipart/form-data").status_code == 201
    assert stored(app) == 1


@pytest.mark.parametrize("name", ["q.advice", "work.overall", "photo", "receipt"])
def test_files_are_refused(app, client, code, name):
    data = {"code": code, name: (io.BytesIO(b"good"), "x.txt")}
    answer = client.post("/v/cast", data=data, content_type="multipart/form-data", headers=JSON)
    assert answer.status_code == 422
    assert name in answer.json["fields"]
    assert stored(app) == 0


def test_multipart_with_bad_bytes(app, client, code):
    body = (
        b'--x\r\nContent-Disposition: form-data; name="code"\r\n\r\n' + code.encode() + b"\r\n"
        b'--x\r\nContent-Disposition: form-data; name="q.advice"\r\n\r\n\xff\x00\r\n--x--\r\n'
    )
    answer = post(client, body, content_type="multipart/form-data; boundary=x")
    assert answer.status_code == 422
    assert list(answer.json["fields"]) == ["q.advice"]


def test_body_may_have_exactly_256_kb(client, code):
    body = f"code={code}&pad=".encode()
    assert post(client, body + b"x" * (LIMIT + 1 - len(body))).status_code == 413
    assert post(client, body + b"x" * (LIMIT - len(body))).status_code == 201


@pytest.mark.parametrize(("size", "status"), [(LIMIT, 201), (LIMIT + 1, 413), (4 * LIMIT, 413)])
def test_body_of_unknown_length(client, code, size, status):
    body = f"code={code}&pad=".encode()
    stream = io.BytesIO(body + b"x" * (size - len(body)))
    environ = {"wsgi.input_terminated": True, "HTTP_TRANSFER_ENCODING": "chunked"}
    answer = client.post(
        "/v/cast", input_stream=stream, content_type=FORM, environ_overrides=environ, headers=JSON
    )
    assert answer.status_code == status


@pytest.mark.parametrize("path", ["/o/nobody", "/receipt", "/v/ballot", "/v/review", "/v/cast"])
def test_every_form_is_limited(client, path):
    assert post(client, b"x" * (LIMIT + 1), path).status_code == 413


def test_many_fields_make_no_huge_page(client, code):
    body = f"code={code}&" + "&".join(f"x{number}=1" for number in range(20_000))
    page = client.post("/v/review", data=body.encode(), content_type=FORM)
    assert page.status_code == 422
    assert len(page.data) < 20_000


def _nonsense(draw, code, other):
    """Return a path, a content type and a body as a careless or hostile client may send them."""
    names = ["code", "receipt", "pad", "work.overall", "work.correction", "p1.approval", "p2.approval"]
    names += [
        "p1.approval.reason",
        "q.problems",
        "q.advice",
        "selection-work.comment",
        "p3.approval",
        "q.",
        ".",
    ]
    values = [
        "good",
        "fair",
        "against",
        "approve",
        "-",
        "",
        "plan",
        "none",
        "0000-1111-2222",
        "好" * 600,
        "\x00",
    ]
    values += ["%FF", "<b>", "\ud800", code[:-1], " "]
    pairs = [("code", draw.choice([code, code, other, "", "x"]))]
    pairs += [(draw.choice(names), draw.choice(values)) for _ in range(draw.randrange(9))]
    pairs.append(("nonsense", "1"))
    draw.shuffle(pairs)
    coded = "&".join(f"{quote(name)}={quote(value, errors='surrogatepass')}" for name, value in pairs)
    body = bytearray(coded.encode())
    for _ in range(draw.choice([0, 0, 0, 1, 5])):
        body[draw.randrange(len(body))] = draw.randrange(256)
    kind = draw.choice([FORM] * 6 + ["multipart/form-data; boundary=x", "application/json", "text/plain"])
    if kind.startswith("multipart"):
        parts = [f'--x\r\nContent-Disposition: form-data; name="{n}"\r\n\r\n{v}\r\n' for n, v in pairs]
        body = bytearray("".join([*parts, "--x--\r\n"]).encode("utf-8", "surrogatepass"))
    return (
        draw.choice(["/v/ballot", "/v/review", "/v/cast", "/v/cast", "/v/x", "/receipt"]),
        kind,
        bytes(body),
    )


def test_nonsense_is_refused_and_nothing_stored(app, client):
    codes = open_campaign(app, REVIEWS)["B"]
    draw = random.Random(20261122)
    seen = set()
    for _ in range(2000):
        path, kind, body = _nonsense(draw, draw.choice(codes), "0000-0000-0000-0000")
        headers = draw.choice([JSON, {}, {"Accept": "*/*"}, {"Accept": "\xff;q=x"}, {"Host": "a b"}])
        answer = client.post(path, data=body, content_type=kind, headers=headers)
        assert answer.status_code in (200, 404, 422), (path, kind, body)
        assert path != "/v/cast" or answer.status_code != 200
        answer.data.decode()
        seen.add(answer.status_code)
    assert seen == {200, 404, 422}
    assert stored(app) == 0


def test_line_breaks_of_word_are_shown_again_as_line_breaks() -> None:
    filled = PostedForm("", {"q.advice": ["一\v二\u2028三\x0c"]}).filled()
    assert filled == {"q.advice": ["一\n二\n三\ufffd"]}

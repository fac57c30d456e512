"""What goes over the network: compression that gives nothing away, sizes, padding."""

import gzip
import re
from urllib.parse import urlencode

import pytest

from survey.domain.ballot.ballot import BallotForm
from survey.domain.definition.reader import read_definition
from survey.web.voter.padding import STEP, fixed_size
from tests.builders import EXAMPLES, a_team_and, built, example, open_campaign

TOWN = EXAMPLES / "town-annual.toml"
GZIP = {"Accept-Encoding": "gzip"}


def journey(client, code, language=""):
    """Return all response bodies of a journey as they cross the network."""
    bodies = [client.get(f"/v{language}", headers=GZIP).data]
    page = client.post(f"/v/ballot{language}", data={"code": code}, headers=GZIP).data
    bodies.append(page)
    for address in set(re.findall(r'"(/static/[^"]+)"', gzip.decompress(page).decode())):
        bodies.append(client.get(address, headers=GZIP).data)
    bodies.append(client.post(f"/v/cast{language}", data={"code": code}).data)
    return bodies


def test_journey_is_small(app, client):
    code = open_campaign(app, TOWN)["B"][0]
    assert sum(map(len, journey(client, code))) <= 25_000


@pytest.mark.parametrize("language", ["", "?lang=en"], ids=["zh", "en"])
def test_journey_of_a_team_and_ten_persons_is_small(app, client, language):
    code = open_campaign(app, a_team_and(10))["A"][0]
    assert sum(map(len, journey(client, code, language))) <= 25_000


def test_journey_of_146_persons_is_small(app, client):
    code = open_campaign(app, EXAMPLES / "college-term.toml")["leaders"][0]
    assert sum(map(len, journey(client, code))) <= 45_000


def test_compressed_ballot_is_the_same_page_and_as_long_for_every_code(app, client):
    codes = open_campaign(app, TOWN)["B"]
    lengths = set()
    for code in codes[:8]:
        answer = client.post("/v/ballot", data={"code": code, "receipt": "0000-1111-2222"}, headers=GZIP)
        assert answer.headers["Content-Encoding"] == "gzip"
        assert "Accept-Encoding" in answer.headers["Vary"]
        plain = client.post("/v/ballot", data={"code": code, "receipt": "0000-1111-2222"})
        assert "Content-Encoding" not in plain.headers
        assert gzip.decompress(answer.data) == plain.data
        assert code.encode() in answer.data
        lengths.add(len(answer.data))
    assert len(lengths) == 1


def test_nothing_that_a_voter_wrote_is_compressed(app, client):
    code = open_campaign(app, TOWN)["B"][0]
    written = {"code": code, "team-form.comment": "一句话" * 100}
    for path, more in (("/v/ballot", {}), ("/v/review", {}), ("/v/review", {"c1.de": "?"})):
        answer = client.post(path, data={**written, **more}, headers=GZIP)
        assert "Content-Encoding" not in answer.headers


def test_the_receipt_s_page_is_as_long_whatever_was_cast(app, client):
    codes = open_campaign(app, TOWN)["B"]
    lengths = set()
    for number, code in enumerate(codes[:8]):
        written = {"team-form.comment": "一句话" * number, "c1.de": ("", "excellent")[number % 2]}
        receipt = f"000{number}-AB{number}C-2222"
        answer = client.post("/v/cast", data={"code": code, "receipt": receipt, **written}, headers=GZIP)
        assert receipt in gzip.decompress(answer.data).decode()
        assert receipt.encode() in answer.data
        assert "一句话" not in gzip.decompress(answer.data).decode()
        lengths.add(len(answer.data))
    assert len(lengths) == 1


def test_assets_are_compressed_and_kept(client):
    address = re.search(r'"(/static/voter/voter\.js[^"]+)"', client.get("/v").text).group(1)
    packed = client.get(address, headers=GZIP)
    assert gzip.decompress(packed.data) == client.get(address).data
    assert "immutable" in packed.headers["Cache-Control"]
    assert client.get(address, headers={**GZIP, "If-None-Match": packed.headers["ETag"]}).status_code == 304
    assert client.get("/static/voter/other.js").status_code == 404


def test_every_realistic_ballot_fits_its_fixed_size():
    for name in ("town-annual", "college-term", "one-report-two-reviews", "public-satisfaction"):
        definition = read_definition(example(name))
        for group in definition.groups:
            form = BallotForm(definition, group.key)
            fields = [("code", "0000-0000-0000-0000")]
            for line in form.lines:
                fields.append((line.name, max(line.scale.positions, key=len)))
            for key, question in form.questions.items():
                options = sorted((option.key for option in question.options), key=len)
                fields += [(key, option) for option in options[-question.at_most :]]
            fields += [(key, "长" * longest) for key, longest in form.texts.items()]
            fields += [("receipt", "0000-0000-0000"), ("pad", "")]
            size = fixed_size(form)
            assert size % STEP == 0
            assert len(urlencode(fields)) <= size


def test_room_for_reasons_is_bounded():
    form = BallotForm(built(ratees=[f"c{number}" for number in range(30)]), "A")
    assert fixed_size(form) <= 12 * 1024

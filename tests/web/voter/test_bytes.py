"""What goes over the network: compression that gives nothing away, sizes, padding."""

import gzip
import re

import pytest

from tests.builders import EXAMPLES, a_team_and, open_campaign

TOWN = EXAMPLES / "town-annual.toml"
GZIP = {"Accept-Encoding": "gzip"}


def journey(client, code, language=""):
    """Return all response bodies of a journey as they cross the network."""
    bodies = [client.get(f"/v{language}", headers=GZIP).data]
    page = client.post(f"/v/ballot{language}", data={"code": code}, headers=GZIP).data
    bodies.append(page)
    for address in set(re.findall(r'"(/static/[^"]+)"', gzip.decompress(page).decode())):
        bodies.append(client.get(address, headers=GZIP).data)
    # The page's script, which is weighed above, asks for the receipt alone; its page came with the ballot.
    asked = {**GZIP, "Accept": "application/json"}
    bodies.append(client.post(f"/v/cast{language}", data={"code": code}, headers=asked).data)
    return bodies


def test_journey_is_small(app, client):
    code = open_campaign(app, TOWN)["B"][0]
    assert sum(map(len, journey(client, code))) <= 23_000


@pytest.mark.parametrize("language", ["", "?lang=en"], ids=["zh", "en"])
def test_journey_of_a_team_and_ten_persons_is_small(app, client, language):
    code = open_campaign(app, a_team_and(10))["A"][0]
    assert sum(map(len, journey(client, code, language))) <= 22_000


def test_journey_of_146_persons_is_small(app, client):
    code = open_campaign(app, EXAMPLES / "college-term.toml")["leaders"][0]
    assert sum(map(len, journey(client, code))) <= 28_000


def test_ballot_of_146_persons_is_small(app, client):
    code = open_campaign(app, EXAMPLES / "college-term.toml")["leaders"][0]
    page = client.post("/v/ballot", data={"code": code}).data
    # Style and script, which stand in the page, are weighed with the journey.
    page = re.sub(rb"<(style|script)>.*?</\1>", b"", page, flags=re.DOTALL)
    assert len(gzip.compress(page)) <= 8_000
    # A slow phone reads what it was before it was compressed.
    assert len(page) <= 110_000


def test_assets_are_compressed_and_kept(client):
    address = re.search(r'"(/static/voter/voter\.js[^"]+)"', client.get("/v").text).group(1)
    packed = client.get(address, headers=GZIP)
    assert gzip.decompress(packed.data) == client.get(address).data
    assert "immutable" in packed.headers["Cache-Control"]
    assert client.get(address, headers={**GZIP, "If-None-Match": packed.headers["ETag"]}).status_code == 304
    assert client.get("/static/voter/other.js").status_code == 404

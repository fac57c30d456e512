"""Compression that gives nothing away."""

import gzip

from tests.builders import open_campaign
from tests.web.voter.test_bytes import GZIP, TOWN


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

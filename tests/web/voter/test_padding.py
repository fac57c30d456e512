"""Answers are filled up: as long whatever was cast."""

import gzip
from urllib.parse import urlencode

from survey.domain.ballot.ballot import BallotForm
from survey.domain.definition.reader import read_definition
from survey.web.voter.padding import STEP, fixed_size
from tests.builders import built, example, open_campaign
from tests.web.voter.test_bytes import GZIP, TOWN


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

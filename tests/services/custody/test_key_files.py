"""Giving the box's key to its keeper and fetching it for the count."""

import io
import random
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from PIL import Image

from survey.documents.layout.qr import png
from survey.domain.definition.campaign import Campaign, Custody
from survey.domain.errors import BadFile, BadShare, WrongKey, WrongState
from survey.secrecy.custody import read_key_file
from survey.secrecy.share_input import read_share
from survey.services.campaigns import campaigns, procedure
from survey.services.custody import key_files
from survey.services.custody.key_files import key_path, seed_of, share_numbers
from survey.storage.database import transaction
from survey.web.context import settings
from tests.builders import BY, a_definition, armed_campaign, cast, close, issue, running_campaign


def found(code: str = "small") -> Campaign:
    with transaction() as session:
        return campaigns.find_campaign(session, code)


def shared(folder: Path, shares: int = 3, threshold: int = 2) -> list[Path]:
    with key_files.Undo() as undo, transaction(write=True) as session:
        campaigns.load(session, a_definition(), BY)
        armed = campaigns.arm(session, "small", Custody.SCRUTINEERS, BY, shares=shares, threshold=threshold)
        return key_files.write_shares(folder, armed, undo, shares=shares, threshold=threshold)


def test_custody_server(app: Flask) -> None:
    armed_campaign(app, a_definition())
    path = key_path(settings().keys, "small")
    assert path.stat().st_mode & 0o777 == 0o600
    assert seed_of(found(), settings().keys, ()) == read_key_file(path)


def test_custody_scrutineers_keeps_nothing_on_the_server(app: Flask, tmp_path: Path) -> None:
    files = shared(tmp_path / "shares")
    assert list(settings().keys.iterdir()) == []
    seed = seed_of(found(), settings().keys, files[:2])
    assert seed_of(found(), settings().keys, files[1:]) == seed
    assert seed_of(found(), settings().keys, files) == seed
    for path in settings().instance.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            assert seed not in content
            assert seed.hex().encode() not in content


def test_counting_with_shares(app: Flask, tmp_path: Path) -> None:
    files = shared(tmp_path / "shares")
    codes = issue(app, "small", {"A": 6})
    with transaction(write=True) as session:
        campaigns.open_voting(session, "small", "http://127.0.0.1", allow_http=False, by=BY)
    for code in codes["A"]:
        cast(app, code, {"c1.de": "excellent"})
    close(app, "small")
    counted = procedure.count("small", seed_of(found(), settings().keys, files[:2]), BY)
    assert counted.count.accounting.total.valid == 6


def test_too_few_or_wrong_shares(app: Flask, tmp_path: Path) -> None:
    files = shared(tmp_path / "shares")
    with pytest.raises(BadShare, match="name their shares"):
        seed_of(found(), settings().keys, ())
    with pytest.raises(BadShare):
        seed_of(found(), settings().keys, files[:1])
    with pytest.raises(BadFile, match="cannot read"):
        seed_of(found(), settings().keys, [files[0], tmp_path / "none.txt"])
    (tmp_path / "noise").write_bytes(bytes(range(256)) * 9)
    for other in (tmp_path / "noise", (tmp_path / "voter.pdf")):
        other.touch()
        with pytest.raises(BadShare, match=other.name):
            seed_of(found(), settings().keys, [files[0], other])
    with pytest.raises(BadFile):
        seed_of(found(), settings().keys, [files[0], tmp_path])


def test_pictures_and_sheets_are_shares_too(app: Flask, tmp_path: Path) -> None:
    files = shared(tmp_path / "shares")
    seed = seed_of(found(), settings().keys, files[:2])
    for ending in (".png", ".pdf"):
        assert seed_of(found(), settings().keys, [files[0], files[2].with_suffix(ending)]) == seed
    large = tmp_path / "large.jpg"
    large.write_bytes(large_photo(read_share(files[1].read_text("utf-8")).words))
    assert large.stat().st_size > 1 << 20
    assert seed_of(found(), settings().keys, [files[0], large]) == seed


def large_photo(words: str) -> bytes:
    """Return a photograph of a QR code as phones make them: some megabytes of grain."""
    grain = random.Random(7).randbytes(2400 * 1800)
    photo = Image.frombytes("L", (2400, 1800), grain).point(lambda level: 150 + level // 4)
    photo.paste(Image.open(io.BytesIO(png(words, module=10))).convert("L"), (500, 400))
    out = io.BytesIO()
    photo.save(out, "JPEG", quality=95)
    return out.getvalue()


def test_an_enormous_share(app: Flask, tmp_path: Path) -> None:
    files = shared(tmp_path / "shares")
    (tmp_path / "big.txt").write_text("academic " * 20_000)
    with pytest.raises(BadFile, match="no share"):
        seed_of(found(), settings().keys, [files[0], tmp_path / "big.txt"])


def test_shares_of_another_campaign(app: Flask, tmp_path: Path) -> None:
    from survey.secrecy.box import new_seed
    from survey.secrecy.custody import split

    shared(tmp_path / "shares")
    others = []
    for share in split("other", new_seed(), 3, 2):
        others.append(tmp_path / f"other-{share.number}.txt")
        others[-1].write_text(share.as_text())
    with pytest.raises(WrongKey, match="does not open the box of small"):
        seed_of(found(), settings().keys, others[:2])


def test_shares_for_a_key_on_the_server(app: Flask, tmp_path: Path) -> None:
    armed_campaign(app, a_definition())
    with pytest.raises(BadShare, match="leave --share-file out"):
        seed_of(found(), settings().keys, [tmp_path / "share"])


def test_the_key_file_of_another_campaign(app: Flask) -> None:
    armed_campaign(app, a_definition())
    armed_campaign(app, a_definition(campaign={"code": "o", "title": "o", "organiser": "o"}))
    one, other = (key_path(settings().keys, code) for code in ("small", "o"))
    one.write_bytes(other.read_bytes())
    with pytest.raises(WrongKey):
        seed_of(found(), settings().keys, ())


def exported(target: Path) -> dict[str, Path]:
    with key_files.Undo() as undo, transaction() as session:
        return key_files.export(
            session, campaigns.find_campaign(session, "small"), settings().keys, target, undo
        )


def test_a_lost_key_file_is_replaced_by_its_copy(app: Flask, tmp_path: Path) -> None:
    armed_campaign(app, a_definition())
    copy = tmp_path / "copy.key"
    exported(copy)
    assert copy.stat().st_mode & 0o777 == 0o600
    path = key_path(settings().keys, "small")
    seed = read_key_file(path)
    path.unlink()
    with pytest.raises(BadFile, match="put the exported copy there"):
        seed_of(found(), settings().keys, ())
    path.write_bytes(copy.read_bytes())
    assert seed_of(found(), settings().keys, ()) == seed


def test_export_refusals(app: Flask, tmp_path: Path) -> None:
    with transaction(write=True) as session:
        campaigns.load(session, a_definition(), BY)
    with pytest.raises(WrongState, match="draft"):
        exported(tmp_path / "k")
    shared(tmp_path / "shares")
    with pytest.raises(WrongState, match="scrutineers hold the key"):
        exported(tmp_path / "k")
    assert not (tmp_path / "k").exists()


def test_a_key_that_cannot_be_kept_arms_nothing(app: Flask) -> None:
    key_path(settings().keys, "small").touch()
    with pytest.raises(BadFile):
        armed_campaign(app, a_definition())
    assert found().state == "draft"


NUMBERS: list[tuple[Custody, Any, Any, Any, Any]] = [
    (Custody.SERVER, None, None, None, {}),
    (Custody.SERVER, 3, None, None, BadShare),
    (Custody.SERVER, None, 2, None, BadShare),
    (Custody.SERVER, None, None, Path("x"), BadShare),
    (Custody.SCRUTINEERS, None, None, None, BadShare),
    (Custody.SCRUTINEERS, 3, 2, None, BadShare),
    (Custody.SCRUTINEERS, None, None, Path("x"), {"shares": 3, "threshold": 2}),
    (Custody.SCRUTINEERS, 5, None, Path("x"), {"shares": 5, "threshold": 2}),
    (Custody.SCRUTINEERS, 5, 4, Path("x"), {"shares": 5, "threshold": 4}),
    (Custody.SCRUTINEERS, 1, None, Path("x"), {"shares": 1, "threshold": 1}),
]


@pytest.mark.parametrize(("custody", "shares", "threshold", "folder", "result"), NUMBERS)
def test_numbers_of_shares(custody: Custody, shares: Any, threshold: Any, folder: Any, result: Any) -> None:
    if result is BadShare:
        with pytest.raises(BadShare):
            share_numbers(custody, shares, threshold, folder)
    else:
        assert share_numbers(custody, shares, threshold, folder) == result


def test_arming_with_impossible_numbers_arms_nothing(app: Flask, tmp_path: Path) -> None:
    with pytest.raises(BadShare):
        shared(tmp_path / "shares", 3, 4)
    assert not list(tmp_path.glob("shares/*"))


def test_the_key_outlives_the_close(app: Flask) -> None:
    running_campaign(app, a_definition(), 2)
    before = seed_of(found(), settings().keys, ())
    close(app, "small")
    assert seed_of(found(), settings().keys, ()) == before

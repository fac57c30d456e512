"""Results of open campaigns say that one device, not one person, had one ballot: in every format."""

import io
from pathlib import Path
from zipfile import ZipFile

import pypdfium2
import pytest
from flask import Flask

from survey.config import Settings
from survey.domain.definition.campaign import Publication, State
from survey.services.campaigns.campaigns import find_campaign
from survey.services.results import publishing
from survey.storage import campaign_rows
from survey.storage.database import transaction
from tests.builders import BY, a_definition, cast, close, count, running_campaign
from tests.job import minping

NOTE = "重复投票按设备限制，不按人限制"


def counted(app: Flask, entry: str) -> None:
    data = a_definition(groups=("A",))
    data["campaign"] |= {"entry": entry}
    for code in running_campaign(app, data, 6).codes["A"]:
        cast(app, code, {"c1.de": "poor"})
    close(app, "small")
    count(app, "small")
    with transaction(write=True) as session:
        campaign_rows.set_state(session, find_campaign(session, "small"), State.CERTIFIED)
        publishing.publish(session, "small", Publication.PUBLIC, BY)


def text_of(path: Path, kind: str) -> str:
    data = path.read_bytes()
    if kind in ("xlsx", "docx"):
        with ZipFile(io.BytesIO(data)) as packed:
            return "".join(packed.read(name).decode("utf-8", "ignore") for name in packed.namelist())
    if kind == "pdf":
        with pypdfium2.PdfDocument(data) as pdf:
            pages = [page.get_textpage().get_text_range() for page in pdf]
        return "".join("".join(pages).split())
    return data.decode("utf-8-sig")


@pytest.mark.parametrize(("entry", "said"), [("open", True), ("codes", False)])
def test_every_document_and_the_page_say_it(
    app: Flask, settings: Settings, tmp_path: Path, entry: str, said: bool
) -> None:
    counted(app, entry)
    assert (NOTE in app.test_client().get("/r/small").text) is said
    for kind in ("csv", "xlsx", "docx", "pdf"):
        out = tmp_path / f"results.{kind}"
        minping(settings, "results", "small", "--format", kind, "--out", out)
        assert (NOTE in text_of(out, kind)) is said, kind

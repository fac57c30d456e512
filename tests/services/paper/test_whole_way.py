"""From printed sheets, ticked and scanned, to what is counted, with the reader of scans itself."""

import io
from collections import Counter
from typing import Any

import numpy as np
import pytest
from PIL import Image

from survey.documents.pdf.paper_ballots import PaperFace, PaperSheet, paper_ballots_pdf
from survey.domain.paper.reading import PageFault, SheetCode
from survey.services.campaigns import procedure
from survey.services.paper import review, runs
from survey.services.paper.runs import RefusedImage
from survey.storage.database import transaction
from survey.storage.tables import PaperCropRow
from survey.web.context import settings
from tests.builders import BY, count
from tests.sheets import GRADES, Collected, collected, found, in_the_box, told
from tests.signing_in import an_account

pytest.importorskip("cv2")


def printed(of: Collected, group: str, tokens: list[str]) -> list[Any]:
    """Return the pages of the sheets of codes as a printer makes them, 1 white."""
    import pypdfium2

    from bench.paper.pens import PIXELS

    form = of.forms[group]
    definition = found(of.code).definition
    sheets = [
        PaperSheet(
            group, [str(SheetCode(False, of.serial(token), form.layout, at.page)) for at in form.pages]
        )
        for token in tokens
    ]
    out = io.BytesIO()
    face = PaperFace(form, definition.title, definition.group[group].label)
    paper_ballots_pdf(sheets, faces={group: face}, out=out)
    with pypdfium2.PdfDocument(out.getvalue()) as document:
        rendered = [page.render(scale=PIXELS * 25.4 / 72, grayscale=True).to_numpy() for page in document]
    return [np.asarray(page, np.float32).reshape(page.shape[:2]) / 255 for page in rendered]


def scanned(pages: list[Any]) -> bytes:
    """Return pages as one TIFF file of a flat scanner at 200 dpi, with a little noise."""
    from bench.paper.pens import PIXELS

    random = np.random.default_rng(7)
    pictures = []
    for page in pages:
        noisy = np.clip(page * 225 + 15 + random.normal(0, 2, page.shape), 0, 255)
        image = Image.fromarray(noisy.astype(np.uint8))
        pictures.append(image.resize([round(side * 200 / 25.4 / PIXELS) for side in image.size]))
    out = io.BytesIO()
    pictures[0].save(out, "TIFF", save_all=True, append_images=pictures[1:], compression="tiff_deflate")
    return out.getvalue()


def test_what_was_ticked_is_what_is_counted(app: Any) -> None:
    from bench.paper.pens import BALLPOINT
    from bench.paper.sheets import filled

    of = collected(app, 8)
    form = of.forms["A"]
    said: list[dict[str, str | None]] = []

    def tick(hand: Any, line: Any, random: Any) -> None:
        value = GRADES[int(random.integers(len(GRADES)))]
        for box in line["boxes"]:
            if box["value"] == value:
                hand.tick(box["x"], box["y"], BALLPOINT)
        said[-1][line["field"]] = value

    random = np.random.default_rng(3)
    pages = []
    for at, page in enumerate(printed(of, "A", of.codes["A"][:6])):
        layout = form.pages[at % len(form.pages)]
        if layout.page == 1:
            said.append({})
        pages.append(filled(page, layout, tick, random).page)
    files = [lambda: scanned(pages), lambda: b"no scan", lambda: scanned(pages[:1])]
    run = runs.scan(of.code, files, settings().keys, lambda: BY)
    assert run.refused == (RefusedImage(2, 1, PageFault.DAMAGED),)
    assert (run.images, run.put_in.in_box, run.sheets.unsettled) == (len(pages) + 2, 6, 0)
    lines = [line.field for line in form.lines]
    meant = [tuple(GRADES.index(sheet[name]) for name in lines) for sheet in said]
    assert Counter(in_the_box(of)) == Counter(meant)
    procedure.close(of.code, BY, settings().keys)
    total = count(app, of.code).count.accounting.total
    assert (total.returned, total.paper, total.valid) == (6, 6, 6)
    assert told(of).in_box == 6


def test_who_decides_sees_what_was_ticked(app: Any) -> None:
    from bench.paper.pens import BALLPOINT
    from bench.paper.sheets import filled

    of = collected(app, 2)
    form = of.forms["A"]

    def tick(hand: Any, line: Any, _random: Any) -> None:
        # Two boxes on each line: nobody can tell without looking.
        for box in line["boxes"][:2]:
            hand.tick(box["x"], box["y"], BALLPOINT)

    layouts = [page for page in form.pages if page.lines]
    pages = printed(of, "A", of.codes["A"][:1])
    sheets = [
        filled(page, layout, tick, np.random.default_rng(4)).page
        for page, layout in zip(pages, layouts, strict=False)
    ]
    run = runs.scan(of.code, [lambda: scanned(sheets)], settings().keys, lambda: BY)
    assert (run.refused, run.sheets.waiting) == ((), 1)
    account = an_account("organiser", name="王芳")
    campaign = found(of.code)
    with transaction() as session:
        assert session.query(PaperCropRow).count() == len(list(form.lines))
        item = review.next_item(session, campaign, of.key, account)
        assert item is not None
        [crop] = [one.crop for one in item.pictures]
        assert crop is not None
        picture = review.picture(session, campaign, of.key, account, crop)
    assert picture is not None
    with Image.open(io.BytesIO(picture)) as image:
        assert image.format == "PNG"
        assert image.width > image.height

"""One printed form of town-annual, and ways to fill it in and to scan it."""

import io
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from PIL import Image

from bench.paper.pens import PIXELS
from bench.paper.sheets import printed
from survey.channels.paper.ingest import pictures_in
from survey.channels.paper.reader import PageReader
from survey.domain.definition.reader import read_definition
from survey.domain.definition.rules import PaperRules, PaperTexts
from survey.domain.paper.layout.flow import lay_out
from survey.domain.paper.reading import PageFault, PageReading, PageRefusal
from survey.domain.paper.sheet import PaperForm
from tests.builders import example

DPI = 200


@dataclass(frozen=True)
class Printed:
    """A form, its pages as printed, and what reads them."""

    form: PaperForm
    pages: list[Any]
    reader: PageReader

    def read(self, data: bytes) -> list[PageReading | PageRefusal]:
        return [self.reader.read(picture) for picture in pictures_in(data)]

    def read_one(self, data: bytes) -> PageReading:
        [page] = self.read(data)
        assert isinstance(page, PageReading), page
        return page


@pytest.fixture(scope="session")
def town() -> Printed:
    definition = read_definition(example("town-annual"))
    form = lay_out(definition, "B", PaperRules(texts=PaperTexts.TYPED))
    pages = list(printed(form, definition.title, "B票（中层干部）"))
    return Printed(form, pages, PageReader([form], specimens=True))


def refusals(pages: Iterable[PageReading | PageRefusal]) -> list[PageFault | None]:
    """Return why each page was refused, ``None`` for one that was read."""
    return [page.why if isinstance(page, PageRefusal) else None for page in pages]


def scanned(page: Any, form: str = "PNG", dpi: float = DPI, **how: Any) -> bytes:
    """Return a page as a file of a flat scanner, without noise."""
    image = Image.fromarray((page * 255).astype(np.uint8))
    size = tuple(round(side * dpi / 25.4 / PIXELS) for side in image.size)
    out = io.BytesIO()
    image.resize(size, Image.Resampling.LANCZOS).save(out, form, **how)  # type: ignore[arg-type]
    return out.getvalue()

"""Campaigns that are voted in on paper, and scanned files of their ballots."""

import io
from typing import Any

import numpy as np
from flask import Flask
from PIL import Image

from survey.secrecy.paper_key import new_paper_key, paper_key_path, write_paper_key
from survey.services.campaigns.campaigns import find_campaign
from survey.services.paper import forms
from survey.storage.database import transaction
from survey.web.context import settings
from tests.builders import Running, a_definition, collect, running_campaign

PAGE = "/admin/c/small/paper"
PNG = b"\x89PNG\r\n\x1a\n" + b"x" * 100
PDF = b"%PDF-1.7\n" + b"x" * 100


def on_paper(**changes: Any) -> dict[str, Any]:
    """Return a definition with paper ballots."""
    return a_definition(paper={"size": "A4"}, results={"small_groups": "withhold"}, **changes)


def with_key(code: str = "small") -> None:
    """Make a campaign's paper key, as its first printing does."""
    write_paper_key(paper_key_path(settings().keys, code), new_paper_key(code))


def collecting(app: Flask, number: int = 20) -> Running:
    """Run a campaign until voting by phone has ended."""
    running = running_campaign(app, on_paper(), number)
    with_key()
    collect(app, "small")
    return running


def specimen_scan(app: Flask, ticks: int = 1) -> bytes:
    """Print a specimen of ``small``, fill a box in ``ticks`` lines, and scan it."""
    import pypdfium2

    from bench.paper.pens import BALLPOINT, PIXELS, Hand

    with app.app_context(), transaction() as session:
        campaign = find_campaign(session, "small")
    out = io.BytesIO()
    forms.print_specimens(campaign, "A", 1, out)
    [form] = forms.forms_of(campaign, "A")
    with pypdfium2.PdfDocument(out.getvalue()) as document:
        drawn = document[0].render(scale=PIXELS * 25.4 / 72, grayscale=True).to_numpy()
    page = np.asarray(drawn, np.float32).reshape(drawn.shape[0], -1) / 255
    ink = np.zeros(page.shape, np.float32)
    hand = Hand(ink, np.random.default_rng(1))
    for line in list(form.lines)[:ticks]:
        hand.tick(line.boxes[0].x, line.boxes[0].y, BALLPOINT)
    scanned = Image.fromarray(((page * (1 - ink) * 0.9 + 0.05) * 255).astype(np.uint8))
    size = tuple(round(side * 200 / 25.4 / PIXELS) for side in scanned.size)
    made = io.BytesIO()
    scanned.resize((size[0], size[1]), Image.Resampling.LANCZOS).save(made, "JPEG", quality=90)
    return made.getvalue()

"""M12, pages: what the office and readers wait for, and what the process takes, with a thousand ratees."""

import argparse
import gzip
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from survey.config import read_settings
from survey.instance import make_instance, ready_app
from survey.services.results import kept_results
from tests import builders
from tests.office import Office
from tests.published import certified, link_of, own, publish

from .table import Row, alone

RATEES = 1000
CRITERIA = "德能勤绩廉"
GROUPS = ("A", "B", "C")
TARGET = "≤ 300"


def measure(_chosen: argparse.Namespace, folder: Path, _drivers: object) -> dict[str, Any]:
    """Return processor time of each page, the first and the next in a process, and its compressed size."""
    settings = read_settings({"MINPING_INSTANCE": str(folder / "m12")})
    make_instance(settings)
    with ready_app(settings, pages=True) as app:
        definition = certified(_document())
        edition = publish(definition.code, personal=own(band=True, rank=True))
        office, readers = Office(app, role="viewer").client, app.test_client()
        readers.get("/v")
        pages = {
            "results page": (office, "/admin/c/many/results"),
            "one person": (office, "/admin/c/many/results/p/p7"),
            "section": (office, "/admin/c/many/results/s/form"),
            "campaign page": (office, "/admin/c/many"),
            "a person's own page": (readers, link_of("many", "p7", edition)),
            "published page": (readers, "/r/many"),
            "published JSON": (readers, "/r/many.json"),
        }
        office.get("/admin/")
        kept_results.forget()
        return {name: _twice(client, path) for name, (client, path) in pages.items()}


def rows(found: dict[str, Any]) -> Iterator[Row]:
    for name, page in found.items():
        said = f"{1000 * page['next']:.0f} (first {1000 * page['first']:.0f}; {page['size'] / 1024:.0f} kB)"
        yield alone(f"M12 {RATEES} ratees, {name}, CPU ms", said, TARGET)


def _document() -> dict[str, Any]:
    data = builders.a_definition(groups=GROUPS, criteria=tuple(CRITERIA), ratees=())
    data["campaign"]["code"] = "many"
    lines = [{"key": f"k{place}", "label": label} for place, label in enumerate(CRITERIA)]
    data["sections"][0]["criteria"] = lines
    data["ratees"] = [
        {"key": f"p{number}", "section": "form", "name": f"干部{number}", "post": "副职"}
        for number in range(RATEES)
    ]
    return data | {"results": {"rank": True}}


def _twice(client: Any, path: str) -> dict[str, float]:
    taken = []
    for _ in range(2):
        began = time.process_time()
        answer = client.get(path)
        taken.append(time.process_time() - began)
        if answer.status_code != 200:
            raise RuntimeError(f"{path}: {answer.status}")
    return {"first": taken[0], "next": taken[1], "size": len(gzip.compress(answer.data, 6))}

"""What readers are given of an edition as files: the data beside a page."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from survey.domain.count.certificate import short_digest
from survey.domain.count.results import Results
from survey.domain.decisions.score_differences import Gain, gain_table
from survey.domain.definition.campaign import Campaign, Definition
from survey.domain.definition.form import Ratee
from survey.domain.publication.edition import Edition
from survey.domain.publication.written_texts import Texts, text_tables
from survey.domain.results.flat import flat_tables
from survey.domain.results.official import unit_facts
from survey.domain.results.subjects import subject_kind, subject_label
from survey.domain.results.table import Report, Table

from .exporting import written
from .results_json import results_json


def results_file(
    kind: str,
    campaign: Campaign,
    edition: Edition,
    results: Results,
    digest: str,
    texts: Texts = (),
    decided: Sequence[Table] = (),
) -> bytes:
    """Return the data of an edition's page; ``kind`` is the key of a format that readers may have."""

    def report() -> Report:
        tables = [*flat_tables(results), *decided, *text_tables(texts)]
        return _report(campaign, edition, digest, tables)

    return written(kind, report, lambda: _value(campaign, edition, results, texts))


def person_file(
    kind: str,
    campaign: Campaign,
    edition: Edition,
    results: Results,
    digest: str,
    gains: Sequence[Gain],
    texts: Texts = (),
    decided: Sequence[Table] = (),
) -> bytes:
    """Return the data of one person's page; ``results`` are those of that person alone."""
    (ratee,) = results.definition.ratees

    def report() -> Report:
        beside = [gain_table(results.definition, gains)] if gains else []
        tables = [*beside, *flat_tables(results), *decided, *text_tables(texts)]
        return _report(campaign, edition, digest, tables, ratee)

    def value() -> dict[str, Any]:
        means = {"means": [_mean(gain) for gain in gains]}
        return _value(campaign, edition, results, texts) | means

    return written(kind, report, value)


def _value(campaign: Campaign, edition: Edition, results: Results, texts: Texts) -> dict[str, Any]:
    value = results_json(results, campaign.state)
    if not results.count.accounting.groups:
        value["accounting"] = {"groups": [], "total": None}
    value["edition"] = {
        "number": edition.number,
        "published": edition.published_at.isoformat(timespec="seconds"),
        "note": edition.note,
    }
    value["texts"] = [{"about": name, "texts": list(said)} for name, said in texts]
    return value


def _mean(gain: Gain) -> dict[str, str | None]:
    mean = None if gain.mean is None else f"{gain.mean:f}"
    return {"criterion": gain.criterion.key if gain.criterion else None, "mean": mean}


def _report(
    campaign: Campaign, edition: Edition, digest: str, tables: Sequence[Table], ratee: Ratee | None = None
) -> Report:
    definition = campaign.definition

    def when(moment: datetime) -> str:
        return f"{moment.astimezone(ZoneInfo(definition.time_zone)):%Y-%m-%d %H:%M}"

    own = ((_label(definition, ratee), ratee.name), ("职务", ratee.post)) if ratee else ()
    return Report(
        title=definition.title,
        facts=(
            *(fact for fact in own if fact[1]),
            *unit_facts(definition),
            ("组织单位", definition.organiser),
            ("活动代码", definition.code),
            ("版本", f"第{edition.number}版，{when(edition.published_at)}公布"),
            *((("更正说明", edition.note),) if edition.note else ()),
            ("规则摘要", definition.digest),
            ("计票摘要", digest),
        ),
        tables=tables,
        signatures=(),
        footer=f"{definition.code} · 第{edition.number}版 · 计票摘要 {short_digest(digest)}",
    )


def _label(definition: Definition, ratee: Ratee) -> str:
    section = definition.section[ratee.section]
    return subject_label(definition, subject_kind(definition, section, ratee))

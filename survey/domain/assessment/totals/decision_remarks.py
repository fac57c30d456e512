"""What a band that a committee decides goes beyond: it is put on record all the same, and told."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from survey.domain.assessment.definition import AssessmentDefinition

from .proposal import quota_seats


def remarks_on_band(
    definition: AssessmentDefinition, outcome: Mapping[str, Any], bands: Mapping[str, str]
) -> Iterator[str]:
    """Say what a decided band goes beyond: a veto, the ceiling of binding indicators, a quota.

    ``outcome`` is the unit's as results show it, ``bands`` are those decided by now, its own among them.
    """
    unit, proposed = outcome["unit"], outcome["proposed"]
    band = bands[unit]
    order = list(definition.band)
    ceiling = definition.composite.binding_ceiling
    if outcome["vetoed"] and band != proposed:
        yield f"{unit} has a veto, which gives it {proposed}, not {band}"
    if outcome["binding_missed"] and ceiling and order.index(band) < order.index(ceiling):
        missed = ", ".join(outcome["binding_missed"])
        yield f"{unit} missed what is binding ({missed}): nothing above {ceiling} is proposed, not {band}"
    if outcome["total"] is None:
        yield f"{unit} has no total"
    members = [one.key for one in definition.units if one.class_key == outcome["class"]]
    seats = quota_seats(definition.band[band], len(members))
    decided = Counter(bands[member] for member in members if member in bands)[band]
    if seats is not None and decided > seats:
        yield f"{outcome['class']} has {seats} places in {band}, {decided} are decided"

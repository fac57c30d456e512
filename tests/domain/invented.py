"""Rules that there are not: added to the schema as a newcomer would, to see where they turn up."""

from dataclasses import dataclass
from typing import Annotated

from survey.domain.definition.campaign import CampaignTable
from survey.domain.definition.rules import ResultRules
from survey.domain.definition.schema_entries import FlagEntry, TextEntry, WholeEntry


@dataclass(frozen=True)
class InventedRules(ResultRules):
    moons: Annotated[int, WholeEntry("月亮几个", "不填为 3", least=1, most=9)] = 3
    sealed: Annotated[bool, FlagEntry("密封")] = False


@dataclass(frozen=True, kw_only=True)
class InventedTable(CampaignTable):
    motto: Annotated[str, TextEntry("口号", "选填")] = "无"
    seats: Annotated[int, WholeEntry("席位", "必填", least=2)]

"""Which definition and targets a period follows: those that were in force when it was closed."""

from dataclasses import dataclass

from .definition import AssessmentDefinition
from .facts import Targets
from .periods import due_in


@dataclass(frozen=True)
class RulesInForce:
    """One version of an assessment's definition with its targets."""

    definition: AssessmentDefinition
    targets: Targets

    def due_in(self, period: str) -> frozenset[str]:
        """Return the keys of the indicators that are reported for a period."""
        known = self.definition.indicators
        return frozenset(one.key for one in known if due_in(self.definition, one, period))

"""Results that many pages ask for, kept in the memory of the process that worked them out.

They are kept by the digests of the definition, as it is worded, and of the count, both read from the database
in the request that shows them: another count or another wording is another key, in every process. Decisions,
editions and released texts are no part of them, and are read each time.
"""

from dataclasses import replace

from sqlalchemy.orm import Session

from survey.domain.count.results import Results, work_out
from survey.domain.decisions.score_differences import SectionMeans, section_means
from survey.domain.definition.campaign import Campaign
from survey.domain.operations.bounded_cache import BoundedCache
from survey.domain.sms.messages import SmsTold
from survey.services.sms.accounting import told_numbers
from survey.storage import count_rows

MAX_BYTES = 48 * 1024 * 1024
"""How much is kept; results that are larger than that are worked out for every page."""
# Measured: 14.4 MB for 1,000 ratees and a stored count of 541,584 characters, 1.4 MB for 146 and 26,796.
_BYTES_A_CHARACTER = 20
_BYTES_A_RATEE = 5000
_BYTES_AROUND = 100_000

_Key = tuple[str, str, str]


class KeptResults:
    """The results of one count, its digest, and what the means of its sections are taken of."""

    def __init__(self, results: Results, digest: str) -> None:
        self.results = results
        self.digest = digest
        self._means: dict[str, SectionMeans] = {}

    def beside(self, sms: SmsTold) -> "KeptResults":
        """Return these results with what messages came to beside them."""
        found = KeptResults(replace(self.results, sms=sms), self.digest)
        found._means = self._means
        return found

    def means(self, section: str) -> SectionMeans:
        """Return what the means of a section are taken of, worked out once."""
        if section not in self._means:
            self._means[section] = section_means(self.results.definition, self.results.count, section)
        return self._means[section]


_kept = BoundedCache[_Key, KeptResults](max_entries=256, max_bytes=MAX_BYTES)


def forget() -> None:
    """Forget what is kept, as a process that begins has nothing."""
    _kept.clear()


def results_of(session: Session, campaign: Campaign) -> KeptResults:
    """Return the results of a counted campaign, worked out now if this process does not have them."""
    definition = campaign.definition
    kept = _kept.get((*definition.shown, count_rows.count_digest(session, campaign)))
    if kept is None:
        count, digest, _ = count_rows.find_count(session, campaign)
        kept = KeptResults(work_out(definition, count, keep=False), digest)
        cells = _BYTES_A_CHARACTER * count_rows.record_length(session, campaign)
        size = _BYTES_AROUND + _BYTES_A_RATEE * len(definition.ratees) + cells
        _kept.put((*definition.shown, digest), kept, size)
    # Read each time: receipts go on coming in after the count.
    sms = told_numbers(session, campaign)
    return kept if sms is None else kept.beside(sms)

"""One look at this instance, for the page and for the machines that watch."""

from urllib.parse import urlsplit

from survey.domain.operations.health import Seen
from survey.services.campaigns.campaigns import is_plain_http
from survey.services.operations import health
from survey.services.operations.health import Place
from survey.storage.database import transaction
from survey.version import __version__

from . import worker_heartbeat
from .context import now, settings
from .jobs import FILE, NAME


def look() -> Seen:
    """Look at the instance of this application; raises ``Unavailable``."""
    found = settings()
    place = Place(
        folder=found.instance,
        file=found.sqlite_file,
        secure=urlsplit(found.base_url).scheme == "https",
        local=not is_plain_http(found.base_url),
        version=__version__,
        now=now,
    )
    queue = found.instance / FILE if found.sqlite_file else None
    with transaction() as session:
        return health.look(session, place, worker_heartbeat.latest(session, queue, NAME))

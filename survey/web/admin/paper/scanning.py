"""The page on ballots on paper, and the scanned files that are sent to it."""

from collections.abc import Callable, Sequence
from pathlib import Path

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from survey.domain.accounts.roles import Permission
from survey.domain.errors import (
    BadFile,
    JobUnderway,
    MinpingError,
    NoSpace,
    NotCollecting,
    PaperKeyLost,
    PaperNotInstalled,
    WrongKey,
)
from survey.domain.operations.job import Job
from survey.services.operations import jobs, sealed_files
from survey.services.paper import scan_jobs
from survey.services.paper.keys import paper_key_of
from survey.services.paper.reading import can_read
from survey.storage.database import transaction
from survey.web.admin.blueprint import blueprint
from survey.web.context import now, settings
from survey.web.security import access
from survey.web.server.bodies import largest_body

from .paper_page import paper_campaign, shown_page
from .scans import AROUND, MAX_SCANS, Scan, sent_scans

REFUSED = (NotCollecting, JobUnderway, NoSpace, PaperKeyLost, BadFile, WrongKey, PaperNotInstalled)


@blueprint.get("/c/<campaign_code>/paper")
@access(Permission.READ_CAMPAIGNS)
def paper(campaign_code: str) -> ResponseReturnValue:
    """Show where voting on paper stands, and what comes next."""
    return shown_page(campaign_code)


@blueprint.post("/c/<campaign_code>/paper")
@access(Permission.RUN)
@largest_body(MAX_SCANS + AROUND)
def scan_paper(campaign_code: str) -> ResponseReturnValue:
    """Take scanned ballots, seal them, and have them read by a job."""
    with transaction() as session:
        paper_campaign(session, campaign_code)
    scans, wrong = sent_scans()
    if not wrong and len(scans) > scan_jobs.MAX_FILES:
        wrong = _("一次至多上传 %(most)s 个文件。一个也没有收下。", most=scan_jobs.MAX_FILES)
    if wrong:
        return shown_page(campaign_code, 422, scan_fault=wrong)
    try:
        job = _asked(campaign_code, scans)
    except REFUSED as error:
        return shown_page(campaign_code, 409, refusal=_refusal(error))
    return redirect(url_for("admin.job", key=job.key), 303)


def _asked(campaign_code: str, scans: Sequence[Scan]) -> Job:
    """Seal files, one after the other, and ask for the job that reads them; else none of them stays."""
    if not can_read():
        raise PaperNotInstalled
    key = request.form.get("key", "")
    folder = sealed_files.sealed_folder(settings().instance)
    with transaction() as session:
        if jobs.was_asked(session, key):
            # Sent twice, the second finds the job of the first.
            return jobs.own_job(session, key, current_user.account)
        campaign = paper_campaign(session, campaign_code)
        campaign.require_collecting(to="scan paper ballots")
        paper_key = paper_key_of(settings().keys, campaign, session)
    names: list[str] = []
    try:
        names.extend(sealed_files.store(folder, paper_key, scan.chunks()) for scan in scans)
        with transaction(write=True) as session:
            campaign = paper_campaign(session, campaign_code)
            job = scan_jobs.ask_scan(session, key, campaign, names, current_user.account, now())
    except BaseException:
        _destroy(folder, names)
        raise
    if list(job.detail[scan_jobs.FILES]) != names:
        _destroy(folder, names)
    return job


def _destroy(folder: Path, names: Sequence[str]) -> None:
    for name in names:
        sealed_files.destroy(folder, name)


def _refusal(error: MinpingError) -> str:
    said = next(sentence() for kind, sentence in _SENTENCES.items() if isinstance(error, kind))
    return str(said)


_OTHER_KEY = _l("服务器上的纸票钥匙文件不属于本次测评。请系统管理员把另存的那一份放回去。没有收下。")
_SENTENCES: dict[type[MinpingError], Callable[[], str]] = {
    JobUnderway: lambda: _("上一批扫描件还在读。请等它读完，或先取消它，再上传。没有收下。"),
    NotCollecting: lambda: _("还没有停止手机投票，或者投票已经结束，不能读正式的票。没有收下。"),
    PaperKeyLost: lambda: _("服务器上找不到纸票钥匙。请系统管理员把另存的那一份放回去，再上传。没有收下。"),
    BadFile: lambda: _OTHER_KEY,
    WrongKey: lambda: _OTHER_KEY,
    NoSpace: lambda: _("服务器磁盘空间不够，没有收下。请系统管理员腾出空间后再试。"),
    PaperNotInstalled: lambda: _(
        "这台服务器还不能读扫描件。请系统管理员运行 pip install 'minping[paper]'，再重启服务。"
    ),
}

"""A second copy of the keys that the server keeps, for the drawer of whoever keeps it."""

import io
import zipfile
from collections.abc import Mapping

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from survey.documents.export.files import KEY, KEYS, PAPER_KEY, NamedFile
from survey.domain.accounts.roles import Permission
from survey.domain.audit.acts import Act
from survey.domain.definition.campaign import Campaign
from survey.domain.errors import BadCredentials, BadFile, PaperKeyLost, WrongKey, WrongState
from survey.secrecy.paper_key import PAPER_KEY_SUFFIX, paper_key_path
from survey.services.accounts import second_factor
from survey.services.audit import audit, protocol
from survey.services.campaigns.campaigns import is_plain_http
from survey.services.custody import key_files
from survey.storage.database import transaction
from survey.web.admin.accounts.passkey_asking import ask, only_recovery_codes
from survey.web.admin.accounts.reauthentication import ProofForm, require_proof
from survey.web.admin.attachment import named_attachment
from survey.web.admin.blueprint import blueprint
from survey.web.admin.current_actor import by
from survey.web.admin.scope import campaign_in_scope
from survey.web.context import now, settings
from survey.web.security import access


@blueprint.get("/c/<campaign_code>/key")
@access(Permission.COPY_KEY)
def key_copy_page(campaign_code: str) -> ResponseReturnValue:
    """Show what a copy of the key is, and ask who wants it."""
    return _page(campaign_code, ProofForm())


@blueprint.post("/c/<campaign_code>/key")
@access(Permission.COPY_KEY)
def copy_key(campaign_code: str) -> ResponseReturnValue:
    """Hand out a copy of the key to whoever keeps it, and note that in the log."""
    form, account = ProofForm(), current_user.account
    with transaction() as session:
        key_files.require_exportable(campaign_in_scope(session, campaign_code), settings().keys)
    if is_plain_http(settings().base_url):
        return _page(
            campaign_code, form, _("网址没有加密（http），钥匙不能经网络下载。请在服务器上用命令导出。"), 409
        )
    if not second_factor.has(account):
        return _page(campaign_code, form, _("下载钥匙须用动态口令或通行密钥，您的账号还没有启用。"), 403)
    if not form.validate():
        return _page(campaign_code, form, status=422)
    try:
        require_proof(account, form.password.data or "", form, form.totp.data, _purpose(campaign_code))
        with transaction(write=True) as session:
            campaign = campaign_in_scope(session, campaign_code)
            copies = key_files.copies_of(session, campaign, settings().keys)
            facts = key_files.copied_facts(campaign, settings().keys, copies)
            # Before it leaves: a copy that never arrived is in the log, one that did cannot be missing there.
            audit.record(session, by(), Act.EXPORT_KEY, campaign_code, **facts)
    except BadCredentials:
        return _page(campaign_code, form, _("密码或动态口令、通行密钥不正确，没有下载。"), 403)
    except (BadFile, PaperKeyLost, WrongKey):
        return _page(
            campaign_code, form, _("服务器上找不到这把钥匙，或钥匙文件已损坏。请把另存的那一份放回去。"), 409
        )
    content, named = _handed(copies)
    answer = named_attachment(content, named, title=campaign.definition.title, campaign_code=campaign_code)
    answer.headers["Cache-Control"] = "no-store"
    return answer


@blueprint.post("/c/<campaign_code>/key/passkey")
@access(Permission.COPY_KEY)
def ask_for_key(campaign_code: str) -> ResponseReturnValue:
    """Ask for a passkey that fetches this key and does nothing else."""
    return ask(current_user.account, current_user.secret, _purpose(campaign_code))


def _purpose(campaign_code: str) -> str:
    with transaction() as session:
        campaign = campaign_in_scope(session, campaign_code)
    key_files.require_exportable(campaign, settings().keys)
    return f"copy the key of {campaign.code} {(campaign.public_key or b'').hex()}"


def _handed(copies: Mapping[str, bytes]) -> tuple[bytes, NamedFile]:
    """Return one key as it is, several in one file, each under the name that it has in the folder of keys."""
    if len(copies) == 1:
        [(name, content)] = copies.items()
        return content, PAPER_KEY if name.endswith(PAPER_KEY_SUFFIX) else KEY
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        for name, content in copies.items():
            # The day only, as in a PDF.
            packed.writestr(zipfile.ZipInfo(name, (*now().timetuple()[:3], 0, 0, 0)), content)
    return out.getvalue(), KEYS


def _page(
    campaign_code: str, form: ProofForm, refusal: str | None = None, status: int = 200
) -> ResponseReturnValue:
    with transaction() as session:
        campaign = campaign_in_scope(session, campaign_code)
        copied = [
            act
            for act in protocol.current(protocol.acts(session, campaign_code))
            if act.act == Act.EXPORT_KEY
        ]
    only_recovery_codes(form.totp, current_user.account)
    page = render_template(
        "admin/custody/key_copy.html",
        campaign=campaign,
        form=form,
        refusal=refusal,
        copied=len(copied),
        there=_is_exportable(campaign),
        on_paper=paper_key_path(settings().keys, campaign_code).exists(),
    )
    return page, status


def _is_exportable(campaign: Campaign) -> bool:
    try:
        key_files.require_exportable(campaign, settings().keys)
    except WrongState:
        return False
    return True

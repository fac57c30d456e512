"""Named errors become a status and a plain sentence, for every page that has no handler of its own."""

from flask import Flask, Response, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import BadHost, HTTPException, SecurityError

from survey.domain.errors import (
    BadAccount,
    BadCredentials,
    MinpingError,
    NoPaper,
    Unavailable,
    UnknownAccount,
    UnknownAssessment,
    UnknownCampaign,
    UnknownDecision,
    UnknownEntry,
    UnknownEvidence,
    UnknownJob,
    UnknownPeriod,
    UnknownSeat,
    UnknownText,
    UnknownUnit,
    UnknownYearRecord,
    WrongStage,
    WrongState,
)

_STATUS: dict[type[MinpingError], int] = {
    BadCredentials: 403,
    BadAccount: 422,
    NoPaper: 404,
    UnknownAccount: 404,
    UnknownAssessment: 404,
    UnknownCampaign: 404,
    UnknownDecision: 404,
    UnknownEntry: 404,
    UnknownEvidence: 404,
    UnknownJob: 404,
    UnknownPeriod: 404,
    UnknownSeat: 404,
    UnknownText: 404,
    UnknownUnit: 404,
    UnknownYearRecord: 404,
    WrongStage: 409,
    WrongState: 409,
    Unavailable: 503,
}
_SENTENCES = {
    400: "这次请求无法识别，请返回上一页重试。",
    403: "您没有查看此页的权限。",
    404: "没有找到这个页面，请检查网址是否完整。",
    405: "这个页面不能这样打开，请返回上一页。",
    413: "提交的内容过大。",
    429: "请求过于频繁，请稍候再试。",
    500: "系统出现故障，您填写的内容没有丢失，请稍后重试；如仍不行，请告知工作人员。",
    503: "系统正忙，请稍后重试。",
}


def attach(app: Flask) -> None:
    """Register the handlers."""
    app.register_error_handler(MinpingError, _named)
    app.register_error_handler(CSRFError, expired)
    app.register_error_handler(HTTPException, _http)
    for unreadable in (BadHost, SecurityError):
        app.register_error_handler(unreadable, _no_host)


def _named(error: MinpingError) -> ResponseReturnValue:
    status = next((code for kind, code in _STATUS.items() if isinstance(error, kind)), 409)
    return page(status, type(error).__name__, _SENTENCES.get(status, str(error)))


def expired(_error: CSRFError) -> ResponseReturnValue:
    """Answer that a form's token is none of this session."""
    return page(400, "expired", "页面已过期，请刷新后重试。")


def _http(error: HTTPException) -> ResponseReturnValue:
    status = error.code or 500
    if status in (301, 302, 303, 307, 308) and error.response is not None:
        return error.get_response()
    return page(status, error.name.lower().replace(" ", "-"), _SENTENCES.get(status, _SENTENCES[400]))


def _no_host(_error: HTTPException) -> ResponseReturnValue:
    # Where the host cannot be read, no page can be made: it would hold addresses.
    return Response(f"{_SENTENCES[400]}\n", 400, mimetype="text/plain")


def page(status: int, key: str, sentence: str) -> ResponseReturnValue:
    """Answer with one sentence, as JSON where that was asked for."""
    if request.accept_mimetypes.best_match(["text/html", "application/json"]) == "application/json":
        return jsonify(error=key, message=sentence, fields={}), status
    # Whoever administers finds the way on from the bar on top.
    area = "admin" if request.blueprint == "admin" else "public"
    return render_template(f"{area}/error.html", sentence=sentence, status=status), status

"""A provider's request: authenticated, parsed in memory, kept, committed, and only then acknowledged.

Nothing of it is logged, and nothing counted but among voters' requests: it says who answered what, and when.
"""

import sys

from flask import Blueprint, Response, current_app, request
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from survey.channels.sms.ports import SmsChannel
from survey.channels.sms.webhook import MAX_WEBHOOK, WebhookAnswer, WebhookRequest, json_answer
from survey.domain.errors import NotAuthentic, UnreadableMessage
from survey.storage.database import transaction
from survey.web.context import now
from survey.web.security import VOTER, access
from survey.web.server.senders import sender_address

from .desk import SmsDesk, sms_desk

blueprint = Blueprint("sms", __name__)


@blueprint.route("/sms/<channel_name>", methods=["GET", "POST"])
@blueprint.route("/sms/<channel_name>/<path:secret>", methods=["GET", "POST"])
@access(VOTER)
def take(channel_name: str, secret: str = "") -> Response:  # noqa: ARG001 – the channel reads it from the path
    """Take what a provider brings."""
    desk = sms_desk()
    channel = desk.channels.get(channel_name)
    if channel is None:
        return _answer(json_answer(404, error="unknown"))
    request.max_content_length = MAX_WEBHOOK
    try:
        asked = _asked()
    except RequestEntityTooLarge:
        return _answer(json_answer(413, error="too-large"))
    except HTTPException:
        return _answer(json_answer(400, error="unreadable"))
    return _answer(_take(desk, channel, asked))


def _asked() -> WebhookRequest:
    return WebhookRequest(
        method=request.method,
        path=request.path,
        headers={name.lower(): value for name, value in request.headers.items()},
        query=request.args.to_dict(),
        body=request.get_data(cache=False),
        address=sender_address(),
    )


def _take(desk: SmsDesk, channel: SmsChannel, asked: WebhookRequest) -> WebhookAnswer:
    try:
        channel.authenticate(asked)
        replies, receipts = channel.parse_reply(asked), channel.parse_receipt(asked)
    except NotAuthentic as refused:
        return json_answer(503 if refused.why == "busy" else 403, error=refused.why)
    except UnreadableMessage:
        return json_answer(400, error="unreadable")
    if not replies and not receipts:
        return channel.acknowledge()
    try:
        if replies:
            desk.replies(channel.name, replies, now())
        if receipts:
            with transaction(write=True) as session:
                desk.receipts(session, channel.name, receipts, now())
    except Exception:  # whatever kept it from being committed, the provider has to bring it again
        current_app.log_exception(sys.exc_info())
        return channel.refuse(asked)
    return channel.acknowledge()


def _answer(answer: WebhookAnswer) -> Response:
    return Response(answer.body, answer.status, content_type=answer.media_type)

"""Telling an export of a messenger from an ordinary document, by content alone and conservatively.

Exports are not read yet. They are recognised so that they are skipped as what they are: a chat filed as a document would
be searchable as one, and a budget table taken for a chat would be lost.
"""

import json
import re
from collections.abc import Callable, Sequence
from typing import Any

from connectors.contract import Blob
from connectors.decoding import decode_text, text_head
from connectors.inflation import is_zip, member_name, open_archive
from schemas.outcome import Failed

_HEAD_LINES = 400
_HEADER_LINES = 6
_MAX_JSON_BYTES = 64 << 20
_SAMPLE = 20

_TIME = r"(?:(?:오전|오후) )?\d{1,2}:\d{2}(?:[ \u00a0\u202f]?[AaPp]\.?[Mm]\.?)?"
_KAKAO_TITLE = re.compile(
    r"^.*(?:님과 카카오톡 대화|카카오톡 대화|with KakaoTalk Chats)(?:-\d+\.txt)?$|^KakaoTalk Chats with .+$"
    r"|^Talk_\d{4}\.\d{1,2}\.\d{1,2} \d{1,2}:\d{2}(?:-\d+)?\.txt$"
)
_KAKAO_SAVED = re.compile(r"^(?:저장한 날짜|Date Saved) ?: ?\S.*\d")
_KAKAO_DAY = re.compile(
    r"^-{3,} *(?:\d{4}년 \d{1,2}월 \d{1,2}일 \S+|\w+, [A-Z]\w+ \d{1,2}, \d{4}) *-{3,}$"
    r"|^\d{4}년 \d{1,2}월 \d{1,2}일 (?:[월화수목금토일]요일|(?:오전|오후) \d{1,2}:\d{2})$"
    r"|^\w+day, [A-Z]\w+ \d{1,2}, \d{4}$|^\d{4}\. ?\d{1,2}\. ?\d{1,2}\. [월화수목금토일]요일$"
)
_KAKAO_MESSAGE = re.compile(
    rf"^\[.{{0,40}}?\] \[{_TIME}\] ?"
    rf"|^\d{{4}}년 \d{{1,2}}월 \d{{1,2}}일 (?:오전|오후) \d{{1,2}}:\d{{2}}, .{{0,40}}? : "
    rf"|^\d{{4}}\. ?\d{{1,2}}\. ?\d{{1,2}}\.? {_TIME}, .{{0,40}}? : "
    rf"|^[A-Z][a-z]{{2,8}} \d{{1,2}}, \d{{4}},?(?: at)? {_TIME}, .{{0,40}}? : "
    r"|^\d{1,2}:\d{2}[ap]m, [A-Z][a-z]+ \d{1,2}, \d{4}, .{0,40}? : "
    r"|^(?:오전|오후) \d{1,2}:\d{2}, .{0,40}? : "
)
_KAKAO_CSV = re.compile(r'^"?Date"?,"?User"?,"?Message"?$')
_KAKAO_CSV_ROW = re.compile(r'^(?:"?\d{4}-\d{2}-\d{2} \d{2}:\d{2}(?::\d{2})?"?)?,')
_LINE_HEAD = re.compile(r"^\[LINE\] ?(?:Chat history|.+(?:のトーク履歴|대화|聊天記錄)|ประวัติ)")
_WORKS_CSV = re.compile(
    r"^(?:日時,送信者,受信者,チャンネルID,|(?:Date|Time|Date/Time),Sender,Receiver,Channel ID,"
    r"|일시,(?:보낸|발신).{0,4},(?:받는|수신).{0,4},채널 ?ID,)"
)
_DATE = r"(?:\d{1,4}[./-]\d{1,2}[./-]\d{1,4}|\d{4}\. ?\d{1,2}\. ?\d{1,2}\.?)"
_CLOCK = r"(?:(?:오전|오후) )?\d{1,2}:\d{2}(?::\d{2})?(?:[ \u00a0\u202f]?[AaPp]\.?[ \u00a0\u202f]?[Mm]\.?)?"
_WHATSAPP_START = re.compile(rf"^[\u200e\u200f\u202a]*(?:\[{_DATE},? {_CLOCK}\] |{_DATE},? {_CLOCK} - )(?P<rest>.*)$")
_SENDER = re.compile(r"^[\u200e\u200f\u202a~]*(?P<sender>[^:]{1,60}):(?: |\.|$|‎)")
_LOG_LEVELS = re.compile(
    r"^(?:\[?(?:info|warn(?:ing)?|error|debug|trace|fatal|notice|critical)\b|[\w.]+\.[\w.]+$)", re.IGNORECASE
)
_SLACK_TS = re.compile(r"^\d{9,11}\.\d{4,6}$")
_SLACK_DAY = re.compile(r"^(?:[^/]+/)+\d{4}-\d{2}-\d{2}\.json$")
_HTML_MARKS = (
    ("telegram", "<title>Exported Data</title>"),
    ("discord", 'class="chatlog__message-group"'),
    ("discord", "class=chatlog__message-group"),
)


def recognise_export(blob: Blob) -> str | None:
    """The application whose export this is (`kakaotalk`, `slack`, `teams`, …), or None. Never raises for any bytes."""
    if is_zip(blob.content):
        return _archive(blob.content)
    head = text_head(blob.content)
    if head is None:
        return None
    head = head.removeprefix("\ufeff")
    start = head.lstrip()[:1]
    if start in ("{", "["):
        found = _json(blob.content, head)
        if found:
            return found
    if start == "<":
        return next((application for application, mark in _HTML_MARKS if mark in head), None)
    return _text(re.split(r"\r*\n", head)[:_HEAD_LINES])


def _archive(content: bytes) -> str | None:
    try:
        names = {member_name(info) for info in open_archive(content).infolist()}
    except Failed:
        return None
    if {"channels.json", "users.json"} & names and any(_SLACK_DAY.match(name) for name in names):
        return "slack"
    if any(name.endswith(("teams/teamsList.json", "users/usersList.json")) for name in names):
        return "teams"
    if any("Takeout/Google Chat/" in name for name in names):
        return "google_chat"
    return None


def _text(lines: Sequence[str]) -> str | None:
    filled = [line for line in lines if line.strip()]
    if not filled:
        return None
    if _is_kakaotalk(filled):
        return "kakaotalk"
    if _LINE_HEAD.match(filled[0]):
        return "line"
    if _WORKS_CSV.match(filled[0]):
        return "naver_works"
    return "whatsapp" if _is_whatsapp(filled) else None


def _is_kakaotalk(filled: Sequence[str]) -> bool:
    header = filled[:_HEADER_LINES]
    if any(_KAKAO_SAVED.match(line) for line in header) and any(_KAKAO_TITLE.match(line) for line in header):
        return True
    if _KAKAO_CSV.match(filled[0]):
        return all(_KAKAO_CSV_ROW.match(line) for line in filled[1:2])
    messages = sum(bool(_KAKAO_MESSAGE.match(line)) for line in filled)
    days = sum(bool(_KAKAO_DAY.match(line)) for line in filled)
    # minutes of a meeting can hold a line or two that look so
    is_begun = bool(_KAKAO_DAY.match(filled[0]) or _KAKAO_MESSAGE.match(filled[0]))
    return is_begun and messages >= (2 if days else 3) and messages + days >= 0.2 * len(filled)


def _is_whatsapp(filled: Sequence[str]) -> bool:
    """WhatsApp's lines, and Signal's, which are written alike."""
    starts = [match for match in map(_WHATSAPP_START.match, filled) if match]
    if len(starts) < 2 or not _WHATSAPP_START.match(filled[0]) or len(starts) < 0.3 * len(filled):
        return False
    senders = [match["sender"].strip() for match in (_SENDER.match(start["rest"]) for start in starts) if match]
    if any(_LOG_LEVELS.match(sender) for sender in senders):
        return False
    return len(senders) >= 2 and len(senders) >= 0.4 * len(starts) and len(set(senders)) >= 2


def _json(content: bytes, head: str) -> str | None:
    if head.lstrip().startswith("{"):
        first_line = head.lstrip().split("\n", 1)[0].strip()
        if re.fullmatch(r'\{"type": ?"version", ?"version": ?1\b.*\}', first_line):
            return "mattermost"
    candidates = [(name, test) for name, keys, test in _JSON_EXPORTS if all(f'"{key}"' in head for key in keys)]
    if not candidates or len(content) > _MAX_JSON_BYTES:
        return None
    try:
        node = json.loads(decode_text(content))
    except (ValueError, RecursionError, Failed):
        return None
    return next((name for name, test in candidates if test(node)), None)


def _items(node: Any, *keys: str) -> list[dict[str, Any]]:
    """The first objects of a list, which may lie under one of the keys; empty if anything else stands among them."""
    if isinstance(node, dict):
        node = next((node[key] for key in keys if isinstance(node.get(key), list)), None)
    if not isinstance(node, list) or not node:
        return []
    sample = node[:_SAMPLE]
    return sample if all(isinstance(item, dict) for item in sample) else []


def _all_have(items: Sequence[dict[str, Any]], *alternatives: Sequence[str]) -> bool:
    return bool(items) and all(any(key in item for key in keys) for item in items for keys in alternatives)


def _is_telegram(node: Any) -> bool:
    if isinstance(node, dict) and isinstance(node.get("chats"), dict):
        chats = _items(node["chats"], "list")
        return bool(chats) and _is_telegram(chats[0])
    items = _items(node, "messages") if isinstance(node, dict) else []
    return _all_have(
        items, ("type",), ("date_unixtime", "date"), ("text", "action"), ("from", "from_id", "actor")
    ) and all(item["type"] in ("message", "service") for item in items)


def _is_discord(node: Any) -> bool:
    is_channel = (
        isinstance(node, dict) and isinstance(node.get("guild"), dict) and isinstance(node.get("channel"), dict)
    )
    return is_channel and isinstance(node.get("messages"), list)


def _is_instagram(node: Any) -> bool:
    return isinstance(node, dict) and _all_have(_items(node, "messages"), ("sender_name",), ("timestamp_ms",))


def _is_slack(node: Any) -> bool:
    items = _items(node, "messages", "members")
    if _all_have(items, ("ts",), ("text", "type", "blocks"), ("user", "bot_id", "username", "subtype")):
        return all(isinstance(item["ts"], str) and _SLACK_TS.match(item["ts"]) for item in items)
    if _all_have(items, ("id",), ("name",), ("created", "profile"), ("members", "team_id", "profile")):
        return all(isinstance(item["id"], str) and re.match(r"^[A-Z][A-Z0-9]{7,}$", item["id"]) for item in items)
    return False


def _is_teams(node: Any) -> bool:
    items = _items(node, "value", "messages")
    if not _all_have(items, ("Id", "id"), ("Body", "body"), ("CreatedDateTime", "createdDateTime"), ("From", "from")):
        return False
    bodies = [item.get("Body") or item.get("body") for item in items]
    is_body = all(isinstance(body, dict) and ({"ContentType", "contentType"} & body.keys()) for body in bodies)
    return is_body and _all_have(items, ("MessageType", "messageType", "ChatId", "chatId", "ChannelIdentity"))


def _is_mattermost(node: Any) -> bool:
    if not isinstance(node, dict) or node.get("type") not in ("post", "direct_post"):
        return False
    post = node.get(node["type"])
    return isinstance(post, dict) and {"user", "message", "create_at"} <= post.keys()


def _is_gitter(node: Any) -> bool:
    return _all_have(_items(node), ("fromUser",), ("text", "html"), ("sent",))


def _is_google_chat(node: Any) -> bool:
    items = _items(node, "messages") if isinstance(node, dict) else []
    return _all_have(items, ("creator",), ("created_date",), ("topic_id", "message_id"))


def _is_zulip(node: Any) -> bool:
    return isinstance(node, dict) and bool({"zerver_message", "zerver_realm"} & node.keys())


def _is_matrix(node: Any) -> bool:
    items = _items(node, "messages") if isinstance(node, dict) else []
    return _all_have(items, ("event_id",), ("origin_server_ts",), ("sender",))


_JSON_EXPORTS: tuple[tuple[str, tuple[str, ...], Callable[[Any], bool]], ...] = (
    ("telegram", ("messages", "text"), _is_telegram),
    ("discord", ("guild", "channel"), _is_discord),
    ("instagram", ("messages", "sender_name", "timestamp_ms"), _is_instagram),
    ("slack", ("ts",), _is_slack),
    ("slack", ("id", "name"), _is_slack),
    ("teams", ("Body",), _is_teams),
    ("teams", ("body",), _is_teams),
    ("mattermost", ("type", "create_at"), _is_mattermost),
    ("gitter", ("fromUser",), _is_gitter),
    ("google_chat", ("messages", "creator"), _is_google_chat),
    ("zulip", ("zerver_message",), _is_zulip),
    ("zulip", ("zerver_realm",), _is_zulip),
    ("matrix", ("messages", "origin_server_ts"), _is_matrix),
)

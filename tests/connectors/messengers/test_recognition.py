"""Exports find their application by their content in every dialect; ordinary documents and data never do.

`find_export` tells those that a module reads, `recognise_export` those that none does.
"""

import io
import json
import zipfile
from pathlib import Path

import pytest

from connectors.contract import Blob
from connectors.messengers.contract import ExportFile
from connectors.messengers.exports import discover_exports, find_export
from connectors.messengers.recognition import recognise_export
from connectors.messengers.remains import looks_like_talk

SHARED = Path(__file__).resolve().parents[3].parent / "shared"

KAKAO = {
    "windows": """예산팀 님과 카카오톡 대화
저장한 날짜 : 2026-01-05 10:44:52

--------------- 2026년 1월 5일 월요일 ---------------
[김하나] [오전 9:01] 자료 올렸습니다
[이두리] [오전 9:03] 확인했습니다
""",
    "windows in English": """Budget with KakaoTalk Chats
Date Saved : 2026-01-05 00:47:14

--------------- Monday, January 5, 2026 ---------------
[Kim] [2:37 PM] sent
""",
    "android": """예산팀 5 님과 카카오톡 대화
저장한 날짜 : 2026년 1월 5일 오전 11:29


2026년 1월 5일 오전 9:01
2026년 1월 5일 오전 9:01, 회원님 : 자료 올렸습니다
""",
    "android in English": """KakaoTalk Chats with Budget (5)
Date Saved : January 5, 2026, 1:08 PM

January 5, 2026, 9:01 AM
January 5, 2026, 9:01 AM, you : sent
""",
    "ios": """예산팀 (4명)과 카카오톡 대화-1.txt
저장한 날짜 : 2026. 1. 5. 오전 12:15


2026년 1월 5일 월요일
2026. 1. 5. 오전 9:01, 김하나 : 자료 올렸습니다
2026. 1. 5. 오전 9:02: 김하나님이 이두리님을 초대했습니다.
""",
    "ios without a room": """Talk_2026.1.5 13:10-1.txt
저장한 날짜 : 2026. 1. 5. 13:13


2026년 1월 5일 월요일
2026. 1. 5. 09:01, 김하나 : 자료
""",
    "nothing but the header": "예산팀 님과 카카오톡 대화\n저장한 날짜 : 2026년 1월 5일 오후 4:45\n",
    "header the other way round": "저장한 날짜 : 2026-01-05 10:44:52\n예산팀 님과 카카오톡 대화\n\n[김] [오전 9:01] 가\n",
    "header gone": """--------------- 2026년 1월 5일 월요일 ---------------
[김하나] [오전 9:01] 자료 올렸습니다
[이두리] [오전 9:03] 확인했습니다
이어지는 줄
""",
    "csv": 'Date,User,Message\n2026-01-05 09:01:26,"김하나","자료, 올렸습니다"\n',
    "csv with a deletion first": 'Date,User,Message\n,"","The message has been deleted."\n',
}

OTHER_TEXTS = {
    "line": "[LINE] Chat history with 예산팀\nSaved on: 2026/01/05 19:57\n\n2026/01/05(Mon)\n19:57\t김하나\t자료\n",
    "naver_works": "日時,送信者,受信者,チャンネルID,トーク\n2026-01-05T09:00:00+09:00,a@b,c@d,ch1,Hello\n",
    "signal": "[2026-01-05, 09:01] Kim: sent\n[2026-01-05, 09:03] Lee: seen\n",
    "whatsapp": "05/01/2026, 09:01 - Kim: sent\n05/01/2026, 09:03 - Lee: seen\nand read\n",
}
WHATSAPP_DIALECTS = [
    "[05/01/2026, 09:01:05] Kim: sent\n[05/01/2026, 09:03:11] Lee: seen\n",
    "1/5/26, 2:30\u202fPM - Kim: sent\n1/5/26, 2:31\u202fPM - Lee: seen\n",
    "2026. 1. 5. 오후 3:15 - 김하나: 보냄\n2026. 1. 5. 오후 3:16 - 이두리: 봄\n",
]

MESSAGES = {
    "slack": [{"type": "message", "ts": "1767571200.000100", "user": "U01ABCDEF", "text": "hello"}],
    "teams": [
        {
            "Id": "1767571200000",
            "Body": {"ContentType": "html", "Content": "<p>hello</p>"},
            "CreatedDateTime": "2026-01-05T00:00:00Z",
            "From": {"User": {"Id": "x"}},
            "MessageType": "message",
        }
    ],
    "telegram": {
        "name": "팀",
        "messages": [
            {"id": 1, "type": "message", "date": "2026-01-05T09:00:00", "from": "김", "from_id": "user1", "text": "가"}
        ],
    },
    "discord": {"guild": {"id": "1"}, "channel": {"id": "2"}, "messages": [], "messageCount": 0},
    "meta": {"messages": [{"sender_name": "김", "timestamp_ms": 1767571200000, "content": "가"}]},
    "gitter": [{"fromUser": {"id": "x"}, "text": "hello", "sent": "2026-01-05T00:00:00Z"}],
    "mattermost": {"type": "post", "post": {"team": "t", "user": "u", "message": "m", "create_at": 1}},
}


UNREAD = {
    "google_chat": {"messages": [{"creator": {"name": "x"}, "created_date": "x", "text": "x", "message_id": "x"}]},
    "matrix": {"messages": [{"event_id": "$1", "sender": "@a:b", "origin_server_ts": 1, "type": "m.room.message"}]},
    "zulip": {"zerver_message": [{"id": 1}], "zerver_usermessage": []},
}
PAGES = [
    ("telegram", "<!DOCTYPE html><html><head><title>Exported Data</title></head><body></body></html>"),
    ("discord", '<html><body><div class="chatlog__message-group"></div></body></html>'),
    ("discord", "<html><body><div class=chatlog__message-group></div></body></html>"),
]


def export_file(content: bytes, name: str) -> ExportFile:
    return ExportFile.of(content, name)


def find(text: str, name: str = "a.txt", encoding: str = "utf-8") -> str | None:
    found = find_export(export_file(text.encode(encoding), name))
    return found.name if found else None


def recognise(text: str, name: str = "a.txt") -> str | None:
    return recognise_export(Blob(text.encode(), name))


def archive(names: list[str]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as target:
        for name in names:
            target.writestr(name, "[]")
    return buffer.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp949"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r\r\n"])
@pytest.mark.parametrize("text", KAKAO.values(), ids=KAKAO.keys())
def test_every_dialect_of_kakaotalk_is_found(text: str, line_end: str, encoding: str):
    assert find(text.replace("\n", line_end), encoding=encoding) == "kakaotalk"


@pytest.mark.parametrize(("application", "text"), OTHER_TEXTS.items())
def test_other_text_exports_are_found(application: str, text: str):
    assert find(text) == application


@pytest.mark.parametrize("text", WHATSAPP_DIALECTS)
def test_every_dialect_of_whatsapp_is_found(text: str):
    assert find(text) == "whatsapp"


@pytest.mark.parametrize(("application", "node"), MESSAGES.items())
def test_json_exports_are_found(application: str, node: object):
    assert find(json.dumps(node, ensure_ascii=False), "x.json") == application
    assert find(json.dumps(node, indent=2), "x.txt") == application


def test_a_full_telegram_export_and_a_bulk_export_of_mattermost_are_found():
    full = {"personal_information": {}, "chats": {"list": [MESSAGES["telegram"]]}}
    bulk = '{"type":"version","version":1}\n{"type":"team","team":{"name":"x"}}\n'

    assert find(json.dumps(full)) == "telegram"
    assert find(bulk, "x.jsonl") == "mattermost"


def test_archives_of_slack_are_found_and_other_archives_are_not():
    def found(content: bytes) -> str | None:
        export = find_export(export_file(content, "a.zip"))
        return export.name if export else None

    assert found(archive(["channels.json", "users.json", "일반/2026-01-05.json"])) == "slack"
    assert found(archive(["users.json", "report.json"])) is None
    assert found(archive(["보고/2026-01-05.json"])) is None
    assert found(b"PK\x03\x04 broken") is None


@pytest.mark.parametrize(("application", "node"), UNREAD.items())
def test_json_of_applications_that_nothing_reads_is_recognised(application: str, node: object):
    assert recognise(json.dumps(node, ensure_ascii=False), "x.json") == application
    assert find(json.dumps(node), "x.json") is None


@pytest.mark.parametrize(("application", "text"), PAGES)
def test_pages_of_telegram_and_discord_are_recognised(application: str, text: str):
    assert recognise(text, "messages.html") == application
    assert find(text, "messages.html") is None


def test_a_takeout_of_google_chat_is_recognised_and_other_archives_are_not():
    takeout = archive(["Takeout/Google Chat/Groups/Space x/messages.json"])
    assert recognise_export(Blob(takeout, "a.zip")) == "google_chat"
    assert recognise_export(Blob(archive(["report.json"]), "a.zip")) is None
    assert recognise_export(Blob(b"PK\x03\x04 broken", "a.zip")) is None


def test_nothing_is_both_read_and_only_recognised():
    texts = [
        *KAKAO.values(),
        *OTHER_TEXTS.values(),
        *WHATSAPP_DIALECTS,
        *(json.dumps(node) for node in MESSAGES.values()),
    ]
    assert [text for text in texts if recognise(text)] == []
    assert discover_exports().keys().isdisjoint(UNREAD)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "회의 결과\n2026년 1월 5일 오후 3:00, 장소 : 회의실\n참석 : 김하나, 이두리\n내용은 다음과 같다.\n",
        "카카오톡 대화 수집 방안\n저장한 날짜에 대하여\n본문이다.\n",
        "2026년 1월 5일 월요일\n오후 2:00 개회\n오후 2:10 보고\n오후 3:00 폐회\n",
        "[2026-01-05 09:01:05] INFO: started\n[2026-01-05 09:01:06] ERROR: failed\n[2026-01-05 09:01:07] INFO: x\n",
        "[2026-01-05, 09:01:05] INFO: started\n[2026-01-05, 09:01:06] WARN: slow\n",
        "05/01/2026, 09:01 - 회의 시작\n05/01/2026, 10:00 - 회의 끝\n",
        "Date,User,Message,Level\n2026-01-05,root,started,info\n",
        "Date,User,Message\nnot a date,x,y\n",
        "날짜,사업,금액\n2026-01-05 09:00:00,전산,1000\n",
        "From: a@b.kr\nTo: c@d.kr\nDate: Mon, 5 Jan 2026 09:00:00 +0900\nMIME-Version: 1.0\n\n본문\n",
        "[대외비] 예산안\n(2026. 1. 5.)\n",
        '{"messages": [{"code": 1, "text": "ok"}]}',
        '{"messages": "none", "sender_name": 1, "timestamp_ms": 2}',
        '[{"id": "B0001", "name": "전산", "created": 1, "members": 3, "amount": 1000}]',
        '[{"id": 1, "name": "전산", "profile": {}, "team_id": 3}]',
        '[{"ts": 1767571200, "text": "x", "user": "y"}]',
        '[{"id": "1", "body": "x", "from": "y", "createdDateTime": "z"}]',
        '{"type": "post", "title": "x", "create_at": 1}',
        '{"guild": "x", "channel": "y"}',
        '{"type": "FeatureCollection", "features": []}',
        "[1, 2, 3]",
        "{broken",
        "[" * 100_000,
        "<html><head><title>예산</title></head><body>chatlog</body></html>",
    ],
)
def test_ordinary_documents_and_data_are_not_taken_for_chats(text: str):
    assert find(text) is None
    assert recognise(text) is None


def test_every_export_at_hand_is_found():
    root = SHARED / "messengers"
    if not root.is_dir():
        pytest.skip(f"exports of messengers not at {root}")
    no_exports = ("_target.json", ".ts.txt", "slack/zulip_message_conversion.json", "manifest.csv")
    exports = [
        path
        for path in sorted(root.rglob("*"))
        if path.is_file() and "mail" not in path.relative_to(root).parts and not str(path).endswith(no_exports)
    ]
    missed = [path.name for path in exports if find_export(export_file(path.read_bytes(), path.name)) is None]

    assert len(exports) > 50
    assert missed == []


@pytest.mark.parametrize("folder", ["corpus", "budget", "messengers/mail"])
def test_no_document_at_hand_is_taken_for_an_export(folder: str):
    root = SHARED / folder
    if not root.is_dir():
        pytest.skip(f"documents not at {root}")
    files = [path for path in sorted(root.rglob("*")) if path.is_file() and path.suffix != ".pst"]
    taken = [
        path.name
        for path in files
        if find_export(export_file(path.read_bytes(), path.name))
        or recognise_export(Blob(path.read_bytes(), path.name))
        or looks_like_talk(export_file(path.read_bytes(), path.name).head or "")
    ]

    assert files
    assert taken == []

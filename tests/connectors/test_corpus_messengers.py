"""Real samples of every messenger, where they are at hand: how many conversations, messages and authors each one has.

The numbers were counted by reading each file, or are what a target beside it, its manifest or the file itself says. Nothing
of the samples' text is here.
"""

import csv
import json
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import pytest

from connectors.reading import read_blob
from schemas.conversations import SEOUL, Message, MessageKind
from schemas.elements import Reading
from schemas.outcome import Outcome

SAMPLES = Path(__file__).resolve().parents[2].parent / "shared" / "messengers"


class Counts(NamedTuple):
    """What an export holds. Authors are those who said something; a notice has none."""

    application: str
    conversations: int
    messages: int
    authors: int
    notices: int = 0


KEPT = {
    "discord/zulip_thread_200.json": Counts("discord", 1, 2, 2),
    "gitter/gitter_data.json": Counts("gitter", 1, 2, 2),
    "instagram/chat-miner_test_export.json": Counts("meta", 1, 2, 2),
    "kakaotalk/claudianus_csv/open-chat-room.csv": Counts("kakaotalk", 1, 6, 3, 1),
    "kakaotalk/derived_window_kr_cp949.txt": Counts("kakaotalk", 1, 5, 1),
    # headers alone: the room is there, and nobody has said anything
    "kakaotalk/merryiscat_android/01.txt": Counts("kakaotalk", 1, 0, 0),
    "kakaotalk/merryiscat_android/02.txt": Counts("kakaotalk", 1, 0, 0),
    "kakaotalk/merryiscat_android/04.txt": Counts("kakaotalk", 1, 1, 1),
    "kakaotalk/merryiscat_android/05.txt": Counts("kakaotalk", 1, 1, 1),
    "kakaotalk/merryiscat_android/07.txt": Counts("kakaotalk", 1, 2, 2),
    "kakaotalk/merryiscat_android/08.txt": Counts("kakaotalk", 1, 1, 0, 1),
    "kakaotalk/merryiscat_android/10.txt": Counts("kakaotalk", 1, 1, 1),
    "kakaotalk/merryiscat_android/11.txt": Counts("kakaotalk", 1, 1, 1),
    "kakaotalk/merryiscat_android/13.txt": Counts("kakaotalk", 1, 1, 1),
    "kakaotalk/merryiscat_android/14.txt": Counts("kakaotalk", 1, 1, 1),
    "kakaotalk/merryiscat_android/16.txt": Counts("kakaotalk", 1, 1, 1),
    "kakaotalk/merryiscat_android/17.txt": Counts("kakaotalk", 1, 1, 1),
    "kakaotalk/merryiscat_android/19.txt": Counts("kakaotalk", 1, 0, 0),
    "kakaotalk/merryiscat_android/20.txt": Counts("kakaotalk", 1, 2, 2),
    "kakaotalk/merryiscat_android/22.txt": Counts("kakaotalk", 1, 5, 2, 2),
    "kakaotalk/uoneway_2020/window_kr.txt": Counts("kakaotalk", 1, 5, 1),
    "kakaotalk/zeikar/android_01.txt": Counts("kakaotalk", 1, 1, 1),
    "kakaotalk/zeikar/android_02.txt": Counts("kakaotalk", 1, 4, 2, 2),
    "kakaotalk/zeikar/android_04.txt": Counts("kakaotalk", 1, 2, 2),
    "kakaotalk/zeikar/android_05.txt": Counts("kakaotalk", 1, 1, 1),
    "kakaotalk/zeikar/index_01.txt": Counts("kakaotalk", 1, 1, 1),
    "kakaotalk/zeikar/index_02.txt": Counts("kakaotalk", 1, 1, 1),
    "kakaotalk/zeikar/index_04.txt": Counts("kakaotalk", 1, 1, 1),
    "kakaotalk/zeikar/ios_01.txt": Counts("kakaotalk", 1, 1, 1),
    "kakaotalk/zeikar/ios_02.txt": Counts("kakaotalk", 1, 1, 0, 1),
    "kakaotalk/zeikar/ios_04.txt": Counts("kakaotalk", 1, 1, 0, 1),
    "kakaotalk/zeikar/ios_05.txt": Counts("kakaotalk", 1, 0, 0),
    "kakaotalk/zeikar/ios_07.txt": Counts("kakaotalk", 1, 1, 1),
    "kakaotalk/zeikar/ios_08.txt": Counts("kakaotalk", 1, 1, 1),
    "kakaotalk/zeikar/ios_10.txt": Counts("kakaotalk", 1, 2, 2),
    "kakaotalk/zeikar/ios_11.txt": Counts("kakaotalk", 1, 4, 2, 2),
    "kakaotalk/zeikar/ios_13.txt": Counts("kakaotalk", 1, 1, 1),
    "kakaotalk/zeikar/mac_01.txt": Counts("kakaotalk", 1, 10, 3, 6),
    "kakaotalk/zeikar/mac_02.txt": Counts("kakaotalk", 1, 3, 2),
    "kakaotalk/zeikar/mac_04.txt": Counts("kakaotalk", 1, 1, 1),
    "kakaotalk/zeikar/mac_05.txt": Counts("kakaotalk", 1, 1, 1),
    "kakaotalk/zeikar/windows_01.txt": Counts("kakaotalk", 1, 6, 2, 3),
    "kakaotalk/zeikar/windows_02.txt": Counts("kakaotalk", 1, 2, 2),
    "mattermost/export_excerpt.jsonl": Counts("mattermost", 1, 3, 2, 1),
    "mattermost/v11_post_with_replies_excerpt.json": Counts("mattermost", 1, 3, 3),
    "signal/chat-miner_test_export.txt": Counts("signal", 1, 2, 2),
    "slack/slack-export-viewer_testarchive.zip": Counts("slack", 2, 158, 7, 11),
    "slack/zulip_thread_with_broadcast_reply.json": Counts("slack", 1, 3, 2),
    "teams/messages_channel_excerpt.json": Counts("teams", 1, 3, 1),
    "teams/messages_chat_excerpt.json": Counts("teams", 1, 3, 1),
    "telegram/chat-miner_test_single_export.json": Counts("telegram", 1, 2, 2),
    "whatsapp/chat-miner_test_[mmddyy]_24hrs.txt": Counts("whatsapp", 1, 9, 5, 2),
    "whatsapp/chat-miner_test_ddmmyy_24hrs.txt": Counts("whatsapp", 1, 9, 5, 2),
    "whatsapp/chat-miner_test_mmddyy_24hrs.txt": Counts("whatsapp", 1, 9, 5, 2),
    "whatsapp/chat-miner_test_mmddyyyy_12hrs.txt": Counts("whatsapp", 1, 9, 5, 2),
    "whatsapp/chat-miner_test_yyyymmdd_24hrs.txt": Counts("whatsapp", 1, 9, 5, 2),
}
REFUSED = {
    # put together by hand: its third day is later than the fourth
    "kakaotalk/uoneway_2020/android_kr.txt": "export_not_understood",
    # lines above the first day or message, written to break a parser: a sixth of the file
    "kakaotalk/zeikar/ios_14.txt": "export_not_understood",
    "kakaotalk/zeikar/windows_04.txt": "export_not_understood",
}
WITHOUT_CONVERSATION = {
    # a list of people, and a mailbox with two contacts and no mail
    "slack/zulip_user_data.json",
    "mail/pst/passworded.pst",
}
NO_EXPORTS = {
    "instagram/chat-miner_target.json": "export_not_understood",
    "signal/chat-miner_target.json": "export_not_understood",
    "telegram/chat-miner_target.json": "export_not_understood",
    "whatsapp/chat-miner_target.json": "export_not_understood",
    "slack/zulip_message_conversion.json": "",
    # source of a program
    "whatsapp/pustur_parser_test_source.ts.txt": "",
}
TARGETS = {
    "instagram": UTC,
    "telegram": UTC,
    # their exports print no offset
    "signal": SEOUL,
    "whatsapp": SEOUL,
}


def samples() -> Iterator[tuple[str, Path]]:
    if not SAMPLES.is_dir():
        pytest.skip(f"no samples of messengers at {SAMPLES}")
    for path in sorted(SAMPLES.rglob("*")):
        if path.is_file() and path.name != "manifest.csv":
            yield path.relative_to(SAMPLES).as_posix(), path


def own_reading(path: Path) -> Reading:
    return read_blob(path.read_bytes(), path.name)[0]


def said(reading: Reading) -> list[Message]:
    return [message for transcript in reading.transcripts for message in transcript.messages]


def counted(reading: Reading) -> Counts:
    messages = said(reading)
    return Counts(
        reading.format or "",
        len(reading.transcripts),
        len(messages),
        len({message.sender for message in messages if message.sender and message.kind is not MessageKind.SYSTEM}),
        sum(message.kind is MessageKind.SYSTEM for message in messages),
    )


def test_every_sample_is_judged():
    judged = {*KEPT, *REFUSED, *WITHOUT_CONVERSATION, *NO_EXPORTS}
    found = {name for name, _ in samples()}
    assert found - judged == {name for name in found if name.startswith("mail/") and name.endswith(".eml")}
    assert judged <= found


def test_every_export_has_all_its_conversations_messages_and_authors():
    found = {name: own_reading(path) for name, path in samples() if name in KEPT}
    assert {name: (reading.outcome, reading.reason) for name, reading in found.items()} == {
        name: (Outcome.KEPT, None) for name in found
    }
    assert {name: counted(reading) for name, reading in found.items()} == {name: KEPT[name] for name in found}
    assert {name: reading.coverage for name, reading in found.items() if reading.coverage != 1.0} == {}


def test_what_is_not_kept_has_a_reason_that_a_person_would_agree_with():
    for name, path in samples():
        reading = own_reading(path)
        if name in REFUSED:
            assert (reading.outcome, reading.reason) == (Outcome.QUARANTINED, REFUSED[name]), name
            # it says why
            assert reading.detail, name
        elif name in WITHOUT_CONVERSATION:
            assert (reading.outcome, reading.reason) == (Outcome.QUARANTINED, "no_text"), name
            assert reading.account is not None, name
            assert (reading.account.n_conversations, reading.account.n_conversations_left_out) == (0, 0), name
        elif name in NO_EXPORTS:
            assert (reading.reason or "") == NO_EXPORTS[name], name
        else:
            continue
        assert not reading.transcripts, name


def test_every_mail_is_a_document_and_one_message():
    mails = [(name, own_reading(path)) for name, path in samples() if name.endswith(".eml")]
    assert mails
    for name, reading in mails:
        assert (reading.outcome, reading.format) == (Outcome.KEPT, "eml"), name
        assert [len(transcript.messages) for transcript in reading.transcripts] == [1], name
        assert {transcript.conversation.application for transcript in reading.transcripts} == {"mail"}, name
        assert any(element.text.strip() for element in reading.elements), name


@pytest.mark.parametrize("application", sorted(TARGETS))
def test_targets_beside_the_samples_agree(application):
    """Every message of a target is there at its time, by its author, in its words; what is more is no message with words."""
    folder = SAMPLES / application
    if not folder.is_dir():
        pytest.skip(f"no samples of messengers at {SAMPLES}")
    target = json.loads((folder / "chat-miner_target.json").read_text(encoding="utf-8"))
    expected = {
        (
            datetime.fromisoformat(one["timestamp"]).replace(tzinfo=TARGETS[application]),
            one["author"],
            "".join(one["message"].split()),
        )
        for one in target
    }
    exports = sorted(folder.glob("chat-miner_test_*"))
    assert exports
    for path in exports:
        messages = said(own_reading(path))
        found = {(one.sent_at, one.sender, "".join(one.text.split())) for one in messages if one.sender}
        assert expected <= found, path.name
        assert not any(character.isalnum() for _, _, text in found - expected for character in text), path.name


def test_what_exports_say_of_themselves_agrees():
    found = dict(samples())
    discord = json.loads(found["discord/zulip_thread_200.json"].read_text(encoding="utf-8"))
    assert KEPT["discord/zulip_thread_200.json"].messages == discord["messageCount"]
    lists = ("gitter/gitter_data.json", "slack/zulip_thread_with_broadcast_reply.json")
    for name in lists:
        assert KEPT[name].messages == len(json.loads(found[name].read_text(encoding="utf-8"))), name
    name = "slack/slack-export-viewer_testarchive.zip"
    with zipfile.ZipFile(found[name]) as archive:
        days = [json.loads(archive.read(one)) for one in archive.namelist() if one.endswith(".json") and "/" in one]
    records = [record for day in days for record in day]
    people = {one.get("user") or one.get("bot_id") or one["comment"]["user"] for one in records}
    assert (KEPT[name].messages, KEPT[name].authors) == (len(records), len(people))


def test_rows_of_the_csv_agree_with_a_reader_of_csv():
    found = dict(samples())
    for name in ("claudianus_csv/open-chat-room.csv", "zeikar/mac_01.txt", "zeikar/mac_04.txt"):
        text = found[f"kakaotalk/{name}"].read_text(encoding="utf-8-sig")
        rows = list(csv.DictReader(text.splitlines(keepends=True)))
        messages = said(own_reading(found[f"kakaotalk/{name}"]))
        printed = [(row["Date"], row["Message"]) for row in rows]
        assert [(f"{one.sent_at:%Y-%m-%d %H:%M:%S}", one.text) for one in messages] == printed, name

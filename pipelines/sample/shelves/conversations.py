"""The messenger exports of the share, each under the name that its application gives it, and what is said in them.

They are not read yet and are skipped as what they are, so every one of them holds a word that must be found nowhere.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta, timezone

from pipelines.sample import projects
from pipelines.sample.item import Item, refused
from pipelines.sample.prose import chats as chat_scripts
from pipelines.sample.truth import ConversationTruth
from pipelines.sample.world import World
from pipelines.sample.writers.messenger import (
    Talk,
    read_script,
    truth_of_talk,
    write_kakaotalk_android,
    write_kakaotalk_ios,
    write_kakaotalk_mac,
    write_kakaotalk_windows,
    write_slack_export,
    write_teams,
    write_telegram,
)

CANARIES = (
    "모과차쪽지",
    "산수유쪽지",
    "물안개쪽지",
    "은방울쪽지",
    "도토리쪽지",
    "들국화쪽지",
    "솔방울쪽지",
    "갈대숲쪽지",
    "조약돌쪽지",
    "해바람쪽지",
)

_YEAR = projects.BUDGET_YEAR
_SEOUL = timezone(timedelta(hours=9))


def conversation_items(world: World) -> list[Item]:
    """Every export that lies on the share in the first night."""
    return [*_budget_rooms(world), *_welfare_rooms(world), *_farm_and_land_rooms(world), *_workplaces(world)]


def longer_export(world: World, number: int = 0) -> Item:
    """The budget room as somebody saves it again: all of the first export and what was said since.

    Args:
        world: the replica.
        number: which further export it is, from 0; they differ in when they were saved.
    """
    talk = _budget_talk(world).part("2026-03-09", "2026-03-12")
    saved_at = _at("2026-03-12T17:31:40") + timedelta(days=number)
    path = f"{world.welfare_office}/{_YEAR}년/KakaoTalk_{saved_at:%Y%m%d}_1731_40_{902 + number}_group.txt"
    return _export(path, write_kakaotalk_windows(talk, saved_at), [truth_of_talk(talk, "kakaotalk", **_KAKAOTALK)])


# KakaoTalk's texts print minutes, and none of its exports says what answers what.
_KAKAOTALK = {"has_seconds": False, "has_threads": False}


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=_SEOUL)


def _budget_talk(world: World) -> Talk:
    return _talk(world, "예산 협의방", chat_scripts.BUDGET_TALK)


def _talk(world: World, room: str, script: str, *, is_private: bool = False) -> Talk:
    names = {
        "care": projects.VILLAGE_CARE,
        "meals": projects.SENIOR_MEALS,
        "taxi": projects.ACCESS_TAXI,
        "savings": projects.YOUTH_SAVINGS,
        "digital": projects.DIGITAL_OFFICE,
        "control": projects.CONTROL_ROOM,
        "road": projects.COUNTRY_ROADS,
        "tractor": projects.GREEN_TRACTORS,
        "farm": projects.GREEN_TRACTORS,
    }
    words = {blank: world.project(project).name for blank, project in names.items()}
    return read_script(world.role(room), script, words, is_private=is_private)


def _export(path: str, content: bytes, conversations: Sequence[ConversationTruth]) -> Item:
    said = "\n".join(message.text for talk in conversations for message in talk.messages)
    canaries = [canary for canary in CANARIES if canary in said]
    item = refused(path, content, "messenger_not_yet", fiscal_year=_YEAR, canaries=canaries)
    return item.with_truth(conversations=tuple(conversations))


def _budget_rooms(world: World) -> list[Item]:
    """The room of the four offices, as two of its members saved it over ranges that overlap, and a talk of two."""
    talk = _budget_talk(world)
    early, late = talk.part("2026-03-09", "2026-03-10"), talk.part("2026-03-10", "2026-03-12")
    pair = _talk(world, "복지담당", chat_scripts.DRAFT_TALK, is_private=True)
    mirrored = _talk(world, "총괄담당", chat_scripts.DRAFT_TALK, is_private=True).part("2026-05-19", "2026-05-19")
    return [
        _export(
            f"{world.welfare_office}/{_YEAR}년/KakaoTalk_20260310_1802_11_417_group.txt",
            write_kakaotalk_windows(early, _at("2026-03-10T18:02:11")),
            [truth_of_talk(early, "kakaotalk", **_KAKAOTALK)],
        ),
        _export(
            f"{world.budget_office}/{_YEAR}년/협의/KakaoTalkChats 예산 협의방.txt",
            write_kakaotalk_android(late, _at("2026-03-12T19:20:00")),
            [truth_of_talk(late, "kakaotalk", **_KAKAOTALK)],
        ),
        _export(
            f"{world.budget_office}/{_YEAR}년/KakaoTalk_20260519_1712_05_233_복지담당.txt",
            write_kakaotalk_windows(pair, _at("2026-05-19T17:12:05")),
            [truth_of_talk(pair, "kakaotalk", **_KAKAOTALK)],
        ),
        _export(
            f"{world.welfare_office}/{_YEAR}년/협의/KakaoTalkChats 총괄담당.txt",
            write_kakaotalk_android(mirrored, _at("2026-05-19T17:30:00")),
            [truth_of_talk(mirrored, "kakaotalk", **_KAKAOTALK)],
        ),
    ]


def _welfare_rooms(world: World) -> list[Item]:
    talk = _talk(world, "복지 현장점검방", chat_scripts.WELFARE_TALK)
    first, last = talk.part("2026-04-06", "2026-04-08"), talk.part("2026-04-08", "2026-04-10")
    return [
        _export(
            f"{world.welfare_office}/{_YEAR}년/점검/Talk_2026.4.8 17:55-1.txt",
            write_kakaotalk_ios(first, _at("2026-04-08T17:55:00")),
            [truth_of_talk(first, "kakaotalk", **_KAKAOTALK)],
        ),
        _export(
            f"{world.welfare_office}/{_YEAR}년/점검/KakaoTalk_Chat_복지 현장점검방_2026-04-10-17-02-33.csv",
            write_kakaotalk_mac(last),
            [truth_of_talk(last, "kakaotalk", has_threads=False)],
        ),
    ]


def _farm_and_land_rooms(world: World) -> list[Item]:
    farm = _talk(world, "농기계 보급 현장방", chat_scripts.FARM_TALK)
    road = _talk(world, "도로 현장방", chat_scripts.ROAD_TALK)
    return [
        _export(
            f"{world.farm_office}/{_YEAR}년/KakaoTalk_20260604_1802_44_120_group.txt",
            write_kakaotalk_windows(farm, _at("2026-06-04T18:02:44"), "cp949"),
            [truth_of_talk(farm, "kakaotalk", **_KAKAOTALK)],
        ),
        _export(
            f"{world.land_office}/{_YEAR}년/현장/Talk_2026.7.15 18:10-1.txt",
            write_kakaotalk_ios(road, _at("2026-07-15T18:10:00")),
            [truth_of_talk(road, "kakaotalk", **_KAKAOTALK)],
        ),
        _export(
            f"{world.land_office}/{_YEAR}년/현장/KakaoTalk_Chat_도로 현장방_2026-07-16-09-00-12.csv",
            write_kakaotalk_mac(road),
            [truth_of_talk(road, "kakaotalk", has_threads=False)],
        ),
    ]


def _workplaces(world: World) -> list[Item]:
    """Exports of what offices use beside KakaoTalk; those of Slack hold several channels."""
    spending = _talk(world, "예산협업", chat_scripts.SLACK_TALK)
    cuts = _talk(world, "감액-작업", chat_scripts.SLACK_PRIVATE_TALK, is_private=True)
    allotment = _talk(world, "도로-배정", chat_scripts.LAND_SLACK_TALK)
    machines = _talk(world, "전산 장비 교체 협의", chat_scripts.DIGITAL_TALK)
    field = _talk(world, "9월 현장점검", chat_scripts.FIELD_TALK)
    return [
        _export(
            f"{world.budget_office}/{_YEAR}년/예산협업 Slack export Mar 1 2026 - Mar 31 2026.zip",
            write_slack_export([spending, cuts]),
            [truth_of_talk(spending, "slack"), truth_of_talk(cuts, "slack")],
        ),
        _export(
            f"{world.land_office}/{_YEAR}년/국토환경 Slack export Apr 1 2026 - Apr 30 2026.zip",
            write_slack_export([allotment]),
            [truth_of_talk(allotment, "slack")],
        ),
        _export(
            f"{world.budget_office}/{_YEAR}년/전산 장비 교체 협의(Teams).json",
            write_teams(machines),
            [truth_of_talk(machines, "teams")],
        ),
        _export(
            f"{world.farm_office}/{_YEAR}년/현장/ChatExport_2026-09-08/result.json",
            write_telegram(field),
            [truth_of_talk(field, "telegram")],
        ),
    ]

"""The messenger exports of the share, each under the name that its application gives it, and what is said in them.

What is registered as business scope is kept and must be found by those who may read it. The rest is nobody's business: its
rooms hold words that must be found nowhere, and so do the names of rooms that nothing else bears.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from pipelines.sample import projects
from pipelines.sample.item import Item, Text, kept, refused
from pipelines.sample.manuscript import grid_of
from pipelines.sample.prose import chats as chat_scripts
from pipelines.sample.rights import WELFARE_ROOM, phone_export_name, phone_saved_at, scopes_of
from pipelines.sample.rooms import RECEIVED_FOLDER
from pipelines.sample.shelves.shelving import workbook
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
from pipelines.sample.writers.xlsx import Sheet
from schemas.conversations import SEOUL

CANARIES = ("물안개쪽지", "도토리쪽지", "솔방울쪽지", "갈대숲쪽지")
"""Words of conversations that are not registered."""

WORDS = ("모과차쪽지", "산수유쪽지", "은방울쪽지", "들국화쪽지", "조약돌쪽지", "해바람쪽지")
"""Words of registered conversations."""

UNREGISTERED_ROOMS = ("도로 현장방", "감액-작업", "도로-배정")
"""Names of rooms that are not registered and that no document mentions."""

_YEAR = projects.BUDGET_YEAR
_SENTENCES = 3

ATTACHMENT = "나눔터 최소 인원 검토.xlsx"
"""A file that a registered room names and that lies in the folder of received files."""


def conversation_items(world: World) -> list[Item]:
    """Every export that lies on the share in the first night."""
    rooms = [*_budget_rooms(world), *_welfare_rooms(world), *_farm_and_land_rooms(world), *_workplaces(world)]
    return [*rooms, _received_workbook(world)]


def longer_export(world: World, number: int = 0) -> Item:
    """The budget room as somebody saves it again: all of the first export and what was said since.

    Args:
        world: the replica.
        number: which further export it is, from 0; they differ in when they were saved.
    """
    talk = _budget_talk(world).part("2026-03-09", "2026-03-12")
    saved_at = _at("2026-03-12T17:31:40") + timedelta(days=number)
    path = f"{world.welfare_office}/{_YEAR}년/KakaoTalk_{saved_at:%Y%m%d}_1731_40_{902 + number}_group.txt"
    return _windows(world, path, talk, saved_at)


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SEOUL)


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


def _kakaotalk(
    world: World, path: str, content: bytes, talk: Talk, *, has_seconds: bool = False, has_notice_times: bool = True
) -> Item:
    """An export of KakaoTalk; all but the Mac's print minutes, and none says what answers what."""
    return _export(
        world,
        path,
        content,
        "kakaotalk",
        [talk],
        has_seconds=has_seconds,
        has_threads=False,
        has_notice_times=has_notice_times,
    )


def _windows(world: World, path: str, talk: Talk, saved_at: datetime, encoding: str = "utf-8") -> Item:
    content = write_kakaotalk_windows(talk, saved_at, encoding)
    return _kakaotalk(world, path, content, talk, has_notice_times=False)


def _export(
    world: World,
    path: str,
    content: bytes,
    application: str,
    talks: Sequence[Talk],
    **prints: bool,
) -> Item:
    scopes = {title: scope.name for scope in scopes_of(world) for title in scope.titles}
    told = tuple(
        truth_of_talk(
            talk,
            application,
            scope=None if talk.is_private else scopes.get(talk.room),
            **prints,
        )
        for talk in talks
    )
    texts = [_texts(talk) for talk in told if talk.scope is not None]
    private = "\n".join(text for talk in told if talk.scope is None for text in (talk.room, *_texts(talk)))
    nowhere = [word for word in (*CANARIES, *UNREGISTERED_ROOMS) if word in private]
    if not texts:
        item = refused(
            path,
            content,
            "unregistered_conversation",
            fiscal_year=_YEAR,
            file_format=application,
            canaries=nowhere,
        )
        return item.with_truth(conversations=told)
    said = [text for talk in texts for text in talk]
    item = kept(path, content, application, Text("", tuple(said), _to_find(said)), _YEAR, has_tables=False)
    return item.with_truth(conversations=told, must_not_find=tuple(nowhere))


def _texts(talk: ConversationTruth) -> list[str]:
    return [message.text for message in talk.messages if message.text]


def _to_find(said: Sequence[str]) -> tuple[str, ...]:
    """What bears one of the words, and a few of the longest."""
    longest = sorted(said, key=len, reverse=True)[:_SENTENCES]
    return tuple(dict.fromkeys([*(text for text in said if any(word in text for word in WORDS)), *longest]))


def _budget_rooms(world: World) -> list[Item]:
    """The room of the four offices, as two of its members saved it over ranges that overlap, and a talk of two."""
    talk = _budget_talk(world)
    early, late = talk.part("2026-03-09", "2026-03-10"), talk.part("2026-03-10", "2026-03-12")
    pair = _talk(world, "복지담당", chat_scripts.DRAFT_TALK, is_private=True)
    mirrored = _talk(world, "총괄담당", chat_scripts.DRAFT_TALK, is_private=True).part("2026-05-19", "2026-05-19")
    return [
        _windows(
            world,
            f"{world.welfare_office}/{_YEAR}년/KakaoTalk_20260310_1802_11_417_group.txt",
            early,
            _at("2026-03-10T18:02:11"),
        ),
        _kakaotalk(
            world,
            f"{world.budget_office}/{_YEAR}년/협의/KakaoTalkChats 예산 협의방.txt",
            write_kakaotalk_android(late, _at("2026-03-12T19:20:00")),
            late,
        ),
        _windows(
            world,
            f"{world.budget_office}/{_YEAR}년/KakaoTalk_20260519_1712_05_233_복지담당.txt",
            pair,
            _at("2026-05-19T17:12:05"),
        ),
        _kakaotalk(
            world,
            f"{world.welfare_office}/{_YEAR}년/협의/KakaoTalkChats 총괄담당.txt",
            write_kakaotalk_android(mirrored, _at("2026-05-19T17:30:00")),
            mirrored,
        ),
    ]


def _received_workbook(world: World) -> Item:
    """The workbook that was sent in the room, in the folder where the application keeps what it receives."""
    regions = [
        ["지역", "농촌 나눔터 신청 마을", "20명이 안 되는 마을", "12명이 안 되는 마을"],
        ["푸른들군", "18", "11", "3"],
        ["새길시", "9", "4", "1"],
        ["돌다리군", "14", "9", "2"],
    ]
    per_village = [["구분", "20명 기준", "12명 기준"], ["전담 인력(명)", "2", "2"], ["한 해 운영 일수", "240", "240"]]
    needed = [
        ["최소 인원", "문을 여는 마을", "바뀌는 점"],
        ["20명", "17", "지금과 같다"],
        ["12명", "35", "열여덟 곳이 더 연다"],
    ]
    sheets = [
        Sheet("지역별 현황", "농촌 지역 나눔터 신청 현황", grid_of(regions)),
        Sheet("운영 조건", "나눔터 한 곳의 운영 조건", grid_of(per_village)),
        Sheet(
            "소요", "최소 인원에 따른 소요", grid_of(needed), notes=("※ 방에 올린 표이며 설명자료보다 나중 숫자이다.",)
        ),
    ]
    title = world.role("나눔터 최소 인원 검토")
    path = f"{world.welfare_office}/{_YEAR}년/{RECEIVED_FOLDER}/{ATTACHMENT}"
    return workbook(path, title, sheets, _YEAR, "검토표")


def _welfare_rooms(world: World) -> list[Item]:
    talk = _talk(world, WELFARE_ROOM, chat_scripts.WELFARE_TALK)
    first, last = talk.part("2026-04-06", "2026-04-08"), talk.part("2026-04-08", "2026-04-10")
    name = phone_export_name(world)
    return [
        _kakaotalk(
            world,
            f"{world.welfare_office}/{_YEAR}년/점검/{name}",
            write_kakaotalk_ios(first, phone_saved_at(world), name),
            first,
        ),
        _kakaotalk(
            world,
            f"{world.welfare_office}/{_YEAR}년/점검/KakaoTalk_Chat_{last.room}_2026-04-10-17-02-33.csv",
            write_kakaotalk_mac(last),
            last,
            has_seconds=True,
        ),
    ]


def _farm_and_land_rooms(world: World) -> list[Item]:
    farm = _talk(world, "농기계 보급 현장방", chat_scripts.FARM_TALK)
    road = _talk(world, "도로 현장방", chat_scripts.ROAD_TALK)
    phone = "Talk_2026.7.15 18:10-1.txt"
    return [
        _windows(
            world,
            f"{world.farm_office}/{_YEAR}년/KakaoTalk_20260604_1802_44_120_group.txt",
            farm,
            _at("2026-06-04T18:02:44"),
            "cp949",
        ),
        _kakaotalk(
            world,
            f"{world.land_office}/{_YEAR}년/현장/{phone}",
            write_kakaotalk_ios(road, _at("2026-07-15T18:10:00"), phone),
            road,
        ),
        _kakaotalk(
            world,
            f"{world.land_office}/{_YEAR}년/현장/KakaoTalk_Chat_{road.room}_2026-07-16-09-00-12.csv",
            write_kakaotalk_mac(road),
            road,
            has_seconds=True,
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
            world,
            f"{world.budget_office}/{_YEAR}년/예산협업 Slack export Mar 1 2026 - Mar 31 2026.zip",
            write_slack_export([spending, cuts]),
            "slack",
            [spending, cuts],
        ),
        _export(
            world,
            f"{world.land_office}/{_YEAR}년/국토환경 Slack export Apr 1 2026 - Apr 30 2026.zip",
            write_slack_export([allotment]),
            "slack",
            [allotment],
        ),
        _export(
            world,
            f"{world.budget_office}/{_YEAR}년/전산 장비 교체 협의(Teams).json",
            write_teams(machines),
            "teams",
            [machines],
        ),
        _export(
            world,
            f"{world.farm_office}/{_YEAR}년/현장/ChatExport_2026-09-08/result.json",
            write_telegram(field),
            "telegram",
            [field],
        ),
    ]

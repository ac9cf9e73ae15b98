"""What not everybody in an office may read: by the file's own mode, or by that of the folder that it lies in."""

from pipelines.sample import projects, tables_office
from pipelines.sample.item import Item
from pipelines.sample.manuscript import compose
from pipelines.sample.offices import BUDGET_OFFICE, FARM_OFFICE, LAND_OFFICE, WELFARE_OFFICE
from pipelines.sample.project import BUDGET_YEAR, REQUEST_YEAR
from pipelines.sample.shelves.shelving import document, sheet, workbook
from pipelines.sample.shelves.standing import folder_of
from pipelines.sample.world import World
from pipelines.sample.writers.text import CP949

OWNER_ONLY, OWNER_AND_GROUP, ALL_BUT_GROUP = 0o600, 0o640, 0o604
_TRAY = "과장 결재함"
_TRAY_MODE = 0o750
_CLOSED_FOLDER = "정리 중"

_PROMOTION = """
○ 상반기 승진 심사에서 우리 과는 사무관 두 자리를 건의하기로 하였다.
○ 재난 상황실 파견 석 달의 공로를 근거로 적되, 시간외 근무 기록은 따로 붙이지 않는다.
○ 결과가 나올 때까지 과 안에서도 말하지 않는다.
"""
_CUT = """
○ 심의가 막히면 전산 장비 교체를 두 해로 나누어 195억원을 덜어 내는 것을 마지막 양보로 둔다.
○ 통합관제센터는 14곳을 12곳으로 줄이는 데까지만 물러서고 경보 단말은 건드리지 않는다.
○ 부처에는 6월 셋째 주에 알린다.
"""
_TUNNEL = """
○ 달맞이재 터널의 지반 조사에서 단층대 140미터가 새로 나와 공사비가 210억원 더 들 수 있다.
○ 설계사의 확인이 끝날 때까지 부처 밖으로 나가지 않게 하고, 요구액은 그대로 둔다.
"""
_PLEA = """
○ 나눔터 시범사업에 넣어 달라는 군이 아홉 곳 더 있으나 24곳을 넘기지 않기로 한다.
○ 빠진 군에는 이동 돌봄 차량을 먼저 배정하는 것으로 달랜다.
"""
_OWN_NOTES = """
○ 협의회에서 말할 순서: 산간 배달, 냉장 보관함, 전기 요금 순으로 한다.
○ 전기 요금 한 달 3만 2천원을 시·군이 내게 하자는 말은 끝에 꺼낸다.
"""
_COMPLAINT = """
○ 온실 자재 입찰에 관하여 제보가 들어와 감사 담당에게 넘겼다.
○ 두 군의 입찰은 감사가 끝나는 7월까지 미룬다.
"""
_SURVEY = """
○ 과원 만족도 조사에서 회의가 너무 길다는 답이 열에 여섯이었다.
○ 다음 달부터 서서 하는 15분 회의로 바꾸어 본다.
"""


def restricted_items(world: World) -> list[Item]:
    """Files that only some of those may read who may read their source."""
    budget, welfare, land, farm = (
        folder_of(world, office, BUDGET_YEAR) for office in (BUDGET_OFFICE, WELFARE_OFFICE, LAND_OFFICE, FARM_OFFICE)
    )
    trays = [f"{world.office(office)}/{_TRAY}" for office in (BUDGET_OFFICE, LAND_OFFICE)]
    return [
        _note(f"{trays[0]}/심의 양보안 메모.hwpx", _CUT, "심의 양보안 메모"),
        _note(f"{trays[0]}/승진 심사 건의.txt", _PROMOTION, "승진 심사 건의").with_mode(OWNER_AND_GROUP),
        _overview(world, f"{trays[0]}/실장 보고용 요구 총괄.xlsx"),
        _note(f"{trays[1]}/달맞이재 지반 조사 보고.hwp", _TUNNEL, "달맞이재 지반 조사 보고"),
        _note(f"{trays[1]}/과원 의견 모음.md", _SURVEY, "과원 의견 모음"),
        _note(
            f"{budget}/조정/회의 준비 메모.txt", _OWN_NOTES.replace("산간 배달", "조기 집행"), "회의 준비 메모"
        ).with_mode(OWNER_ONLY),
        _note(f"{welfare}/협의/협의회 발언 메모.txt", _OWN_NOTES, "협의회 발언 메모").with_mode(OWNER_ONLY),
        _note(f"{welfare}/협의/시범사업 추가 건의 검토.docx", _PLEA, "시범사업 추가 건의 검토").with_mode(
            OWNER_AND_GROUP
        ),
        _ministry_sheet(world, f"{land}/조정/부처별 조정 검토.xlsx").with_mode(OWNER_AND_GROUP),
        _note(f"{farm}/협의/온실 입찰 제보 처리.hwpx", _COMPLAINT, "온실 입찰 제보 처리").with_mode(OWNER_ONLY),
        _note(
            f"{farm}/협의/과장 근무 평가 의견.txt",
            _SURVEY.replace("과원 만족도", "과장 근무 평가"),
            "과장 근무 평가 의견",
        ).with_mode(ALL_BUT_GROUP),
    ]


def folder_modes(world: World) -> dict[str, int]:
    """Path of a folder → its mode, for those that are not 0o755."""
    return {
        **{f"{world.office(office)}/{_TRAY}": _TRAY_MODE for office in (BUDGET_OFFICE, LAND_OFFICE)},
        unlisted_folder(world): 0o000,
    }


def unlisted_folder(world: World) -> str:
    """The folder of the common share that the gathering account may not list."""
    return f"{world.common_folder}/{_CLOSED_FOLDER}"


def unlisted_items(world: World) -> list[Item]:
    """What lies in a folder that nobody may list; the truth has none of it."""
    return [_note(f"{unlisted_folder(world)}/정리할 자료 목록.txt", _SURVEY, "정리할 자료 목록")]


def _note(path: str, text: str, title: str) -> Item:
    return document(path, compose(text, title=title), BUDGET_YEAR, "메모", encoding=CP949)


def _overview(world: World, path: str) -> Item:
    title = "실장 보고용 요구 총괄"
    table = tables_office.stage_table(world.projects_of(BUDGET_OFFICE, REQUEST_YEAR), REQUEST_YEAR)
    return workbook(path, title, [sheet("총괄", title, table)], REQUEST_YEAR, "보고")


def _ministry_sheet(world: World, path: str) -> Item:
    title = "부처별 조정 검토"
    roads = [world.project(projects.COUNTRY_ROADS), world.project(projects.AIR_STATIONS)]
    table = tables_office.request_table(roads, REQUEST_YEAR, negative="(")
    return workbook(path, title, [sheet("조정", title, table)], REQUEST_YEAR, "메모")

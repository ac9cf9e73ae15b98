"""Projects and offices that go on under other names, and the notices that say so."""

from pipelines.sample import projects
from pipelines.sample.item import Item
from pipelines.sample.manuscript import Table, compose, grid_of
from pipelines.sample.offices import BUDGET_OFFICE, FARM_OFFICE, LAND_OFFICE, office_in
from pipelines.sample.project import BUDGET_YEAR, CLOSED_YEARS, Project
from pipelines.sample.shelves.shelving import document
from pipelines.sample.shelves.standing import folder_of
from pipelines.sample.truth import SuccessionTruth
from pipelines.sample.world import World

_LAST = CLOSED_YEARS[-1]

_OFFICES = """
1. 무엇이 바뀌나

○ {year}년 1월 1일부터 {welfare_before}는 이름을 {welfare}로 바꾼다. 맡은 일과 사람은 그대로이다.
○ {split_before}는 {land}와 {farm}로 나뉜다. 교통과 환경은 {land}가, 농림수산과 산업은 {farm}가 맡는다.

[표 대조]

2. 문서를 옮기는 법

○ {last}년까지의 문서는 옛 이름 그대로 두고, 폴더에 인수한 과를 적는다.
○ {year}년 문서의 붙임에 옛 과 이름이 나오면 괄호로 새 이름을 함께 적는다.
"""
_PIPES = """
1. 바뀌는 점

○ {year}년부터 세부사업 「{before}」({before_code})을 「{after}」({after_code})로 이름과 코드를 함께 바꾼다.
○ 누수 감지기를 새로 넣으면서 단위사업을 나누었기 때문에 코드가 달라졌으며, 하던 일은 모두 새 사업이 잇는다.

[표 대조]

2. 예산을 견줄 때

○ {last}년 예산은 옛 코드로, {year}년 예산은 새 코드로 잡혀 있으므로 시계열은 두 코드를 이어 붙여야 한다.
"""
_ABROAD = """
1. 이름을 바꾸는 까닭

○ 「{before}」은 사건이 난 뒤의 지원만 가리키는 듯하여, 예방을 더한 {year}년부터 「{after}」으로 부른다.
○ 코드 {after_code}은 그대로이고 내역사업의 나눔도 바뀌지 않는다.
"""
_SHOPS = """
1. 사업을 나눈 까닭

○ 「{before}」({before_code}) 안에 살리는 일과 접는 일이 함께 있어 지원의 잣대가 흐려졌다는 지적을 받았다.
○ {year}년부터 점포 전산화는 「{first}」({first_code})이, 재기 상담과 자금은 「{second}」({second_code})이 잇는다.

[표 대조]

2. {last}년 사업의 마무리

○ {last}년에 이월한 금액은 이름이 앞선 사업으로 집행하고, 새 사업의 예산현액에 더하지 않는다.
"""


def notice_items(world: World) -> list[Item]:
    """The notices that tell of new names."""
    return [_offices_notice(world), _pipes_notice(world), _abroad_notice(world), _shops_notice(world)]


def successions_of(world: World) -> tuple[SuccessionTruth, ...]:
    """Every succession of this replica, with the notices as evidence."""
    offices, pipes, abroad, shops = (item.truth.path for item in notice_items(world))
    welfare, land, farm = world.welfare_office, world.land_office, world.farm_office
    old = world.project(projects.OLD_SHOPS)
    new = world.project(projects.SHOP_DIGITAL), world.project(projects.SHOP_RESTART)
    return (
        _of_offices("rename", (office_in(welfare, _LAST),), (welfare,), offices),
        _of_offices("split", (office_in(land, _LAST),), (land, farm), offices),
        _of_projects(
            "rename", (_former(world.project(projects.WATER_PIPES)),), (world.project(projects.WATER_PIPES),), pipes
        ),
        _of_projects(
            "rename",
            (_former(world.project(projects.ABROAD_SAFETY)),),
            (world.project(projects.ABROAD_SAFETY),),
            abroad,
        ),
        _of_projects("split", (old,), new, shops),
    )


def _former(project: Project) -> Project:
    return project.called_in(_LAST)


def _of_offices(kind: str, before: tuple[str, ...], after: tuple[str, ...], evidence: str) -> SuccessionTruth:
    return SuccessionTruth(
        what="office",
        kind=kind,
        before=before,
        after=after,
        before_names=before,
        after_names=after,
        fiscal_year=BUDGET_YEAR,
        evidence=(evidence,),
    )


def _of_projects(kind: str, before: tuple[Project, ...], after: tuple[Project, ...], evidence: str) -> SuccessionTruth:
    return SuccessionTruth(
        what="project",
        kind=kind,
        before=tuple(project.code for project in before),
        after=tuple(project.code for project in after),
        before_names=tuple(project.name for project in before),
        after_names=tuple(project.name for project in after),
        fiscal_year=BUDGET_YEAR,
        evidence=(evidence,),
    )


def _offices_notice(world: World) -> Item:
    welfare, land, farm = world.welfare_office, world.land_office, world.farm_office
    words = {
        "year": str(BUDGET_YEAR),
        "last": str(_LAST),
        "welfare": welfare,
        "welfare_before": office_in(welfare, _LAST),
        "split_before": office_in(land, _LAST),
        "land": land,
        "farm": farm,
    }
    rows = [[f"{_LAST}년까지", f"{BUDGET_YEAR}년부터", "맡은 분야"]]
    fields = ((welfare, "사회복지"), (land, "교통과 환경"), (farm, "농림수산과 산업"))
    rows += [[office_in(office, _LAST), office, field] for office, field in fields]
    manuscript = compose(_OFFICES, words, {"대조": grid_of(rows)}, title=f"{BUDGET_YEAR}년 직제 개편 알림")
    return document(f"{world.common_folder}/안내/{manuscript.title}.hwpx", manuscript, BUDGET_YEAR, "직제 개편 알림")


def _codes(*pairs: tuple[Project, Project]) -> Table:
    rows = [[f"{_LAST}년 코드", f"{_LAST}년 세부사업", f"{BUDGET_YEAR}년 코드", f"{BUDGET_YEAR}년 세부사업"]]
    rows += [[before.code, before.name, after.code, after.name] for before, after in pairs]
    return grid_of(rows)


def _renamed(project: Project) -> dict[str, str]:
    former = _former(project)
    return {
        "year": str(BUDGET_YEAR),
        "last": str(_LAST),
        "before": former.name,
        "before_code": former.code,
        "after": project.name,
        "after_code": project.code,
    }


def _pipes_notice(world: World) -> Item:
    project = world.project(projects.WATER_PIPES)
    grids = {"대조": _codes((_former(project), project))}
    manuscript = compose(_PIPES, _renamed(project), grids, title="상수관 사업 개편 설명")
    folder = folder_of(world, LAND_OFFICE, BUDGET_YEAR)
    return document(f"{folder}/사업 개편/{manuscript.title}.hwp", manuscript, BUDGET_YEAR, "사업 개편 설명")


def _abroad_notice(world: World) -> Item:
    project = world.project(projects.ABROAD_SAFETY)
    manuscript = compose(_ABROAD, _renamed(project), title="재외국민 사업 이름 변경 알림")
    folder = folder_of(world, BUDGET_OFFICE, BUDGET_YEAR)
    return document(f"{folder}/사업 개편/{manuscript.title}.txt", manuscript, BUDGET_YEAR, "사업 개편 설명")


def _shops_notice(world: World) -> Item:
    old, first, second = (
        world.project(project) for project in (projects.OLD_SHOPS, projects.SHOP_DIGITAL, projects.SHOP_RESTART)
    )
    words = {
        "year": str(BUDGET_YEAR),
        "last": str(_LAST),
        "before": old.name,
        "before_code": old.code,
        "first": first.name,
        "first_code": first.code,
        "second": second.name,
        "second_code": second.code,
    }
    grids = {"대조": _codes((old, first), (old, second))}
    manuscript = compose(_SHOPS, words, grids, title="소상공인 사업 분리 설명")
    folder = folder_of(world, FARM_OFFICE, BUDGET_YEAR)
    return document(f"{folder}/사업 개편/{manuscript.title}.docx", manuscript, BUDGET_YEAR, "사업 개편 설명")

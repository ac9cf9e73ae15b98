"""The files of reports that were drafted several times, with names that say little about the true order."""

from pipelines.sample import projects, tables_office
from pipelines.sample.item import Item
from pipelines.sample.manuscript import Manuscript, compose
from pipelines.sample.offices import BUDGET_OFFICE, FARM_OFFICE, WELFARE_OFFICE
from pipelines.sample.project import REQUEST_YEAR, Project
from pipelines.sample.prose.drafts import (
    FRAMEWORK,
    FRAMEWORK_BLANKS,
    PILOT_LETTER,
    REPORTS,
    TERMINALS_LETTER,
    Draft,
    Report,
)
from pipelines.sample.shelves.shelving import document, enclosed_document, letter
from pipelines.sample.shelves.standing import folder_of
from pipelines.sample.truth import VersionTruth
from pipelines.sample.world import World

FRAMEWORK_STAGES = tuple(FRAMEWORK_BLANKS)
_FRAMEWORK_NAME = f"{REQUEST_YEAR}년도 예산 편성 기본틀 보고"
_FRAMEWORK_PROJECTS = (
    projects.DIGITAL_OFFICE,
    projects.CONTROL_ROOM,
    projects.COUNTRY_ROADS,
    projects.STATISTICS,
    projects.GREEN_TRACTORS,
)


def draft_items(world: World) -> list[Item]:
    """Every draft of every report, and the mails that sent two of them."""
    reports = [item for report in REPORTS for item in _report_items(world, report)]
    return [*_framework_items(world), *reports, *_mails(world)]


def framework_report(reviewed: list[Project], stage: str) -> Manuscript:
    """One of four drafts of the same report; each differs from the one before in a few words."""
    year = str(REQUEST_YEAR)
    words = {name: text.format(year=year) for name, text in FRAMEWORK_BLANKS[stage].items()}
    grids = {"요구": tables_office.request_table(reviewed, REQUEST_YEAR)}
    return compose(FRAMEWORK, words, grids, title=f"{_FRAMEWORK_NAME}({stage})")


def _framework_items(world: World) -> list[Item]:
    folder = f"{folder_of(world, BUDGET_OFFICE, REQUEST_YEAR)}/기본틀 보고"
    reviewed = [world.project(project) for project in _FRAMEWORK_PROJECTS]
    items: list[Item] = []
    for number, stage in enumerate(FRAMEWORK_STAGES, start=1):
        path = f"{folder}/{_FRAMEWORK_NAME}_{stage}.hwpx"
        version = VersionTruth(
            family=world.role(_FRAMEWORK_NAME), number=number, label=stage, is_final=number == len(FRAMEWORK_STAGES)
        )
        item = document(path, framework_report(reviewed, stage), REQUEST_YEAR, "보고")
        items.append(item.with_truth(version=version))
    return items


def _report_items(world: World, report: Report) -> list[Item]:
    folder = f"{folder_of(world, report.office, REQUEST_YEAR)}/{report.folder}"
    items: list[Item] = []
    for number, draft in enumerate(report.drafts, start=1):
        version = VersionTruth(
            family=world.role(report.name), number=number, label=draft.label, is_final=number == len(report.drafts)
        )
        path = f"{folder}/{report.name}{draft.mark}.{report.extension}"
        item = document(path, _manuscript(world, report, draft), REQUEST_YEAR, "보고")
        items.append(item.with_truth(version=version))
    return items


def _manuscript(world: World, report: Report, draft: Draft) -> Manuscript:
    project = world.project(report.project)
    asked = project.year(REQUEST_YEAR).requested + draft.extra_millions
    table = tables_office.request_table([project.with_year(REQUEST_YEAR, requested=asked)], REQUEST_YEAR)
    return compose(report.template, draft.blanks, {"요구": table}, title=report.name)


def _mails(world: World) -> list[Item]:
    pilot = next(report for report in REPORTS if report.office == WELFARE_OFFICE)
    terminals = next(report for report in REPORTS if report.project == projects.SHOP_DIGITAL)
    name, plan = f"{pilot.name}.hwpx", f"{terminals.name}.hwpx"
    return [
        letter(
            f"{folder_of(world, WELFARE_OFFICE, REQUEST_YEAR)}/메일/나눔터 시범사업 검토보고 송부.eml",
            (("복지예산과 담당 사무관", "welfare@example.com"), ("온누리복지부 재정담당", "care@example.com")),
            "Thu, 30 Apr 2026 18:12:00 +0900",
            PILOT_LETTER,
            {name: enclosed_document(name, _manuscript(world, pilot, pilot.drafts[-1]).in_place(world.place))},
            REQUEST_YEAR,
            f"20260430181200.{world.replica + 1:04d}",
        ),
        letter(
            f"{folder_of(world, FARM_OFFICE, REQUEST_YEAR)}/메일/단말 보급 계획 확정본 송부.eml",
            (("농림산업예산과 담당 사무관", "farm@example.com"), ("바른산업부 소상공인담당", "shop@example.com")),
            "Wed, 6 May 2026 09:40:00 +0900",
            TERMINALS_LETTER,
            {plan: enclosed_document(plan, _manuscript(world, terminals, terminals.drafts[-1]).in_place(world.place))},
            REQUEST_YEAR,
            f"20260506094000.{world.replica + 1:04d}",
        ),
    ]

"""`gotgan export`: the current amounts as files that other programs read."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from pipelines.cli.console import AsOption, HomeOption, JsonOption, fail, note, print_json, say, settings_of
from schemas.fiscal import Stage


class ExportFormat(StrEnum):
    """What `--format` takes."""

    FISCAL_DATA_PACKAGE = "fiscal-data-package"


def export(
    folder: Annotated[Path, typer.Argument(help="쓸 폴더 (없으면 만든다)")],
    export_format: Annotated[
        ExportFormat, typer.Option("--format", help="내보낼 형식")
    ] = ExportFormat.FISCAL_DATA_PACKAGE,
    asked_as: AsOption = None,
    year: Annotated[list[int] | None, typer.Option("--year", help="회계연도 (여러 번 적을 수 있다)")] = None,
    stage: Annotated[list[Stage] | None, typer.Option("--stage", help="예산 단계 (여러 번 적을 수 있다)")] = None,
    at: Annotated[str | None, typer.Option("--at", help="이전 공개에서")] = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """공개된 예산 금액을 출처와 함께 파일로 내보낸다 (볼 수 있는 것만)."""
    settings = settings_of(home)
    principal = settings.principal(asked_as)
    from warehouse.exporting import FolderInUse, export_fiscal_package

    try:
        done = export_fiscal_package(
            settings.home, folder, principal=principal, years=year or (), stages=stage or (), at=at
        )
    except FolderInUse as used:
        raise typer.Exit(fail(str(used), f"{folder} holds something else; name an empty folder", status=2)) from None
    if as_json:
        print_json(
            {
                "format": str(export_format),
                "publication": done.publication_id,
                "descriptor": str(done.descriptor),
                "tables": [str(path) for path in done.tables],
                "amounts": done.n_amounts,
                "sources": done.n_sources,
            }
        )
    else:
        say(
            f"금액 {done.n_amounts:,}건을 {folder}에 썼습니다 (공개 {done.publication_id}).",
            f"wrote {done.n_amounts:,} amounts to {folder} (publication {done.publication_id})",
        )
    if principal is None:
        note(
            "(모두가 볼 수 있는 금액만. --as로 사람을 밝히면 그 권한의 금액을 씁니다)",
            "(amounts that everyone listed may read; --as exports with a person's rights)",
        )

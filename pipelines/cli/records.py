"""`gotgan records`: the amounts that the forms find in one file, each with its cell. Needs no home and stores nothing."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from pipelines.cli.console import HomeOption, JsonOption, fail, print_json, settings_of, words
from schemas.budget import TABLE_REASONS, Declared, Extraction, FormDocument, FoundAmount, Subject, name_hints
from schemas.elements import Reading
from schemas.fiscal import STAGE_LABELS, Level
from schemas.identity import digest_bytes
from schemas.money import parse_unit
from schemas.outcome import Outcome, reason_of

_DESCRIPTOR = "datapackage.json"
_MAX_DESCRIPTOR = 1 << 20


def records(
    file: Annotated[Path, typer.Argument(help="읽을 파일")],
    home: HomeOption = None,
    as_json: JsonOption = False,
    unit: Annotated[str | None, typer.Option("--unit", help="표에 단위가 없을 때의 단위 (예: 천원)")] = None,
) -> None:
    """파일 하나의 표에서 금액을 뽑아 셀과 함께 보인다. 아무것도 저장하지 않는다."""
    settings = settings_of(home)
    if unit is not None and parse_unit(unit) is None:
        raise typer.Exit(fail(f"돈의 단위가 아닙니다: {unit}", f"not a unit of money: {unit}", status=2))
    try:
        content = file.read_bytes()
    except OSError as failure:
        raise typer.Exit(fail(f"{file}: {failure.strerror}", f"{file}: {failure.strerror}", status=2)) from None
    from pipelines.doors import open_parts
    from schemas.ports import ReadRequest

    request = ReadRequest(content_id=digest_bytes(content), name=file.name, load=lambda: content)
    with open_parts(settings) as parts:
        _, readings = next(iter(parts.reader().read([request])))
    found = [(reading, extracted(reading, file, unit)) for reading in readings]
    if as_json:
        print_json([amount_json(file, reading, amount) for reading, result in found for amount in result.amounts])
        return
    _print(file, found)


def extracted(reading: Reading, file: Path, unit: str | None = None) -> Extraction:
    """What the forms find in a reading; names of the file and a descriptor beside it count as they do in a night."""
    from connectors.extraction import extract

    name = (reading.member_path or file.name).rpartition("/")[2]
    year, month = name_hints([name])
    declared = Declared(unit=unit, fiscal_year=year, month=month)
    descriptor = None if reading.member_path else _descriptor_beside(file)
    return extract(FormDocument(reading.title, reading.format, reading.elements, declared, descriptor=descriptor))


def _descriptor_beside(file: Path) -> str | None:
    """The one descriptor in the file's folder, or else in the folder above it, as packages keep tables in `data/`."""
    from connectors.forms.fiscal_package import is_descriptor

    for folder in (file.absolute().parent, file.absolute().parent.parent):
        names = (path for path in folder.glob("*.[jJ][sS][oO][nN]") if path.name.lower().endswith(_DESCRIPTOR))
        texts = {_text_of(path) for path in names if not path.samefile(file)}
        found = [text for text in texts if is_descriptor(text)]
        if found:
            return found[0] if len(found) == 1 else None
    return None


def _text_of(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig") if path.stat().st_size <= _MAX_DESCRIPTOR else ""
    except (OSError, UnicodeDecodeError):
        return ""


def amount_json(file: Path, reading: Reading, found: FoundAmount) -> dict[str, Any]:
    """The contract of `gotgan records --json`; rows and columns count from 1, of a workbook's sheet or a file's lines."""
    place, subject = found.place, found.subject
    return {
        "fiscal_year": found.fiscal_year,
        "stage": found.stage.value,
        "stage_no": found.stage_no,
        "stage_from": found.stage_from.value,
        "basis": found.basis.value if found.basis else None,
        "period": found.period,
        "amount_won": found.amount_minor if found.currency == "KRW" else None,
        "amount_minor": found.amount_minor,
        "currency": found.currency,
        "value_state": found.value_state.value,
        "unit_raw": found.unit_raw,
        "unit_multiplier": found.unit_multiplier,
        "unit_from": found.unit_from.value if found.unit_from else None,
        "precision_minor": found.precision_minor,
        "subject": {
            "level": subject.level.value,
            "name": subject.name,
            "code": subject.code,
            "names": {level.value.lower(): name for level, name in subject.names.items()},
            "codes": {level.value.lower(): code for level, code in subject.codes.items()},
        },
        "is_revenue": found.is_revenue,
        "is_total": found.is_total,
        "compared": found.compared,
        "form": found.form,
        "confidence": found.confidence,
        "provenance": {
            "file": str(file),
            "member": reading.member_path,
            "page": place.page,
            "sheet": place.sheet,
            "table": place.table,
            "row": place.sheet_row or place.row,
            "col": place.sheet_col or place.col,
            "table_row": place.row,
            "table_col": place.col,
            "line": place.line,
            "raw_text": found.raw_text,
        },
    }


def _print(file: Path, found: Sequence[tuple[Reading, Extraction]]) -> None:
    for reading, result in found:
        if reading.outcome is not Outcome.KEPT:
            reason = reason_of(reading.reason or "reader_failed")
            typer.echo(f"{reading.member_path or file.name}: {words(reason.korean, reason.english)} ({reason.code})")
            continue
        n_left = sum(verdict.n_left for verdict in result.tables)
        typer.echo(
            words(
                f"{reading.member_path or file.name}: {result.kind}, 금액 {len(result.amounts):,}, 남긴 칸 {n_left:,}",
                f"{reading.member_path or file.name}: {result.kind}, {len(result.amounts):,} amounts, {n_left:,} left",
            )
        )
        for verdict in result.tables:
            if verdict.reason is not None:
                typer.echo(f"  ! 표 {verdict.table}: {TABLE_REASONS[verdict.reason]} — {verdict.detail}")
        for amount in result.amounts:
            typer.echo(f"  {_line(amount)}")


def _what(subject: Subject) -> str:
    """The name of what an amount is of, below its project where it is a part of one."""
    project = subject.names.get(Level.PROJECT)
    return subject.name if project is None or project in subject.name else f"{project} › {subject.name}"


def _line(amount: FoundAmount) -> str:
    place = amount.place
    where = " ".join(
        part
        for part in (
            f"시트 {place.sheet}" if place.sheet else None,
            f"{place.page}쪽" if place.page else None,
            f"표 {place.table}",
            f"{place.sheet_row or place.row}행 {place.sheet_col or place.col}열",
            f"{place.line}째 줄" if place.line else None,
        )
        if part
    )
    value = f"{amount.amount_minor:,}" if amount.amount_minor is not None else amount.value_state.value
    said = f"{amount.fiscal_year} {STAGE_LABELS[amount.stage]:<10} {value:>22} {amount.currency}"
    return f"{said}  {_what(amount.subject)}  [{where}] 「{amount.raw_text}」"

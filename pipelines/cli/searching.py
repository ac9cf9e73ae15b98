"""`gotgan search`: passages for a question, with their citations and, where a figure is asked for, the records."""

from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from pipelines.cli.console import (
    AsOption,
    HomeOption,
    JsonOption,
    asking_principal,
    fail,
    note,
    print_json,
    say,
    settings_of,
    words,
)

if TYPE_CHECKING:
    from warehouse.doors.question import Filters
    from warehouse.doors.routing import Figure, NotHeld
    from warehouse.doors.search import SearchHit

_SHOWN_LINES = 8
_WIDEST = 110


def search(
    text: Annotated[
        str,
        typer.Argument(help="질문이나 낱말. 연도:2026 -상태:초안 같은 조건을 함께 쓸 수 있다"),
    ],
    asked_as: AsOption = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
    limit: Annotated[int, typer.Option("--limit", "-k", min=1, max=100, help="보일 개수")] = 10,
    office: Annotated[list[str] | None, typer.Option("--office", help="소관 (이름의 일부도 됨)")] = None,
    year: Annotated[list[int] | None, typer.Option("--year", help="회계연도")] = None,
    kind: Annotated[list[str] | None, typer.Option("--kind", help="문서 종류. 메시지와 메일도 종류다")] = None,
    project: Annotated[list[str] | None, typer.Option("--project", help="세부사업의 이름이나 코드")] = None,
    source: Annotated[list[str] | None, typer.Option("--source", help="소스 이름")] = None,
    status: Annotated[
        list[str] | None, typer.Option("--status", help="상태: final(최종본), draft(초안), message(대화)")
    ] = None,
    since: Annotated[str | None, typer.Option("--from", help="이 날부터 (2026, 2026-03, 2026-03-10)")] = None,
    until: Annotated[str | None, typer.Option("--to", help="이 날까지")] = None,
    context: Annotated[int, typer.Option("--context", min=0, max=10, help="앞뒤로 함께 보일 구절 수")] = 0,
    with_figures: Annotated[
        bool, typer.Option("--figures", help="JSON에 금액도 함께: {hits, figures, not_held, candidates, filters}")
    ] = False,
) -> None:
    """볼 수 있는 문서에서 구절을 찾는다. 금액을 물으면 금액 기록도 함께 보인다."""
    settings = settings_of(home)
    principal = asking_principal(settings, asked_as)
    from pipelines.doors import open_session
    from warehouse.doors.question import QuestionRefused
    from warehouse.doors.reranking import BrokenReranker, CrossEncoderReranker
    from warehouse.doors.search import answer

    folder = settings.reranker_folder
    given = {"office": office, "year": year, "kind": kind, "project": project, "source": source, "status": status}
    try:
        filters = _filters({name: values for name, values in given.items() if values}, since, until)
        with open_session(settings) as session:
            reranker = CrossEncoderReranker(folder) if folder else None
            found = answer(session, principal, text, limit, filters=filters, n_neighbours=context, reranker=reranker)
    except QuestionRefused as refused:
        raise typer.Exit(fail(refused.korean, refused.english, status=2)) from None
    except FileNotFoundError as missing:
        raise typer.Exit(fail(str(missing), f"no cross-encoder: {folder}", status=2)) from None
    except BrokenReranker as broken:
        raise typer.Exit(fail(str(broken), f"the cross-encoder gives no scores: {folder}")) from None
    if as_json:
        hits = [hit.model_dump() for hit in found.hits]
        print_json(found.model_dump(mode="json") if with_figures else hits)
        return
    if found.reranker:
        note(f"교차 인코더 {found.reranker}로 순서를 다시 매김", f"ordered by the cross-encoder {found.reranker}")
    if found.figures:
        say("금액 기록:", "figures in the records:")
        if any("part_of_name" in figure.matched for figure in found.figures):
            say(
                "   (이름의 일부로 찾았습니다. 다른 사업을 물었다면 이름을 모두 적으십시오.)",
                "   (found by a part of a name; write the whole name if another project was meant)",
            )
        for figure in found.figures:
            _print_figure(figure)
    for missing in found.not_held:
        _print_not_held(missing)
    if found.candidates:
        listed = ", ".join(found.candidates) + (" …" if found.n_candidates > len(found.candidates) else "")
        say(
            f"이 말이 이름에 있는 사업이 {found.n_candidates}개라 금액을 고르지 않았습니다: {listed}",
            f"{found.n_candidates} projects have these words in their names, so no amount is chosen: {listed}",
        )
    if not found.hits:
        say("찾은 것이 없습니다.", "nothing found")
    for number, hit in enumerate(found.hits, 1):
        _print_hit(number, hit)


def _filters(given: dict[str, list[str]], since: str | None, until: str | None) -> "Filters":
    """The filters of the options; what is no filter is refused as a part of the question would be."""
    from pydantic import ValidationError

    from warehouse.doors.question import Filters, QuestionRefused, parse_days

    days: dict[str, date] = {}
    if since:
        days["since"] = parse_days(since)[0]
    if until:
        days["until"] = parse_days(until)[1]
    try:
        return Filters.model_validate({**given, **days})
    except ValidationError as refused:
        first = refused.errors()[0]
        shown = f"--{first['loc'][0]} {first['input']}"
        raise QuestionRefused(f"조건으로 쓸 수 없습니다: {shown}", f"not a filter: {shown} ({first['msg']})") from None


def _print_figure(figure: "Figure") -> None:
    from schemas.money import in_words

    amount = f"{figure.amount_won:,} ({in_words(figure.amount_won, 'KRW')})" if figure.amount_won is not None else ""
    more = (
        words(f", {figure.n_cells}곳에 같은 금액", f", printed in {figure.n_cells} cells") if figure.n_cells > 1 else ""
    )
    subject = f"{figure.subject} ({figure.project})" if figure.project else figure.subject
    month = figure.period or ""
    until = words(f" {int(month[4:])}월까지", f" to {month[:4]}-{month[4:]}") if len(month) == len("yyyymm") else ""
    between = f" [{figure.compared}]" if figure.compared else ""
    stage = f"{figure.fiscal_year} {figure.stage_label}{between}{until}"
    typer.echo(f"   {subject}  {stage}  {amount or figure.raw_text}")
    typer.echo(f"      {figure.path} · {figure.locator}{more}  amount {figure.amount_id}")


def _print_not_held(missing: "NotHeld") -> None:
    def listed(parts: tuple[object, ...]) -> str:
        return ", ".join(map(str, parts))

    years = words(f" {listed(missing.years)}년", f" {listed(missing.years)}") if missing.years else ""
    stages = f" {listed(missing.stages)}" if missing.stages else ""
    held = words(
        f"가진 연도: {listed(missing.held_years) or '없음'}; 가진 단계: {listed(missing.held_stages) or '없음'}",
        f"years held: {listed(missing.held_years) or 'none'}; stages held: {listed(missing.held_stages) or 'none'}",
    )
    say(
        f"보유하지 않음 (0원이 아님): {missing.about}{years}{stages}. {held}",
        f"not held (and not zero): {missing.about}{years}{stages}. {held}",
    )


def _print_hit(number: int, hit: "SearchHit") -> None:
    typer.echo(f"\n{number}. {hit.title}  ({hit.score:.4f})")
    typer.echo(f"   {hit.citation}")
    if hit.cautions:
        found = ", ".join(hit.cautions)
        typer.echo(
            "   "
            + words(f"주의: 지시문으로 보이는 글이 있음 ({found})", f"caution: reads like an instruction ({found})")
        )
    for part in hit.before:
        _print_quoted(part, "┆", 2)
    _print_quoted(hit.text, "│", _SHOWN_LINES)
    for part in hit.after:
        _print_quoted(part, "┆", 2)
    also = ""
    if hit.also_in:
        named = ", ".join(hit.also[:3]) + (" …" if hit.also_in > 3 else "")
        also = words(f"같은 구절이 {hit.also_in}곳에 더 있음: {named}", f"also in {hit.also_in} more: {named}")
    typer.echo(f"   chunk {hit.chunk_id}  {also}".rstrip())


def _print_quoted(text: str, bar: str, n_lines: int) -> None:
    """Lines of a document as a quotation: never to be taken for what the command itself says."""
    lines = [line if len(line) <= _WIDEST else line[: _WIDEST - 1] + "…" for line in text.splitlines() if line.strip()]
    for line in lines[:n_lines] + (["…"] if len(lines) > n_lines else []):
        typer.echo(f"   {bar} {line}")

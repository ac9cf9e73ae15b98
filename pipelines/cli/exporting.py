"""`gotgan export`: the current amounts, or a corpus for training and evaluation, as files that other programs read."""

from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer
from typer.core import TyperGroup

from pipelines.cli.console import AsOption, HomeOption, JsonOption, fail, note, print_json, say, settings_of
from schemas.access import Access, Principal, may_read
from schemas.corpus import LEFT_OUT
from schemas.fiscal import Stage

if TYPE_CHECKING:
    from warehouse.corpus import Corpus


class _ExportGroup(TyperGroup):
    """`gotgan export FOLDER` is `gotgan export amounts FOLDER`, as it was before there was anything else to export."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Put the first command's name in front where none is given."""
        if args and args[0] not in self.commands and args[0] != "--help":
            args = ["amounts", *args]
        return super().parse_args(ctx, args)


app = typer.Typer(help="공개된 것을 다른 프로그램이 읽는 파일로 내보낸다.", no_args_is_help=True, cls=_ExportGroup)


class ExportFormat(StrEnum):
    """What `--format` takes."""

    FISCAL_DATA_PACKAGE = "fiscal-data-package"


@app.command("amounts")
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


class CorpusFormat(StrEnum):
    """What `--format` of a corpus takes."""

    JSONL = "jsonl"
    PARQUET = "parquet"
    BOTH = "both"


class CorpusAudience(StrEnum):
    """What `--audience` takes."""

    EVERYONE = "everyone"


@app.command("corpus")
def corpus(
    folder: Annotated[Path, typer.Argument(metavar="OUT", help="쓸 폴더 (없거나 비었거나, 전에 내보낸 말뭉치)")],
    asked_as: AsOption = None,
    audience: Annotated[
        CorpusAudience | None, typer.Option("--audience", help="한 사람이 아니라 등록된 모두가 볼 수 있는 것만")
    ] = None,
    corpus_format: Annotated[CorpusFormat, typer.Option("--format", help="파일 형식")] = CorpusFormat.JSONL,
    conditions: Annotated[
        list[str] | None, typer.Option("--filter", help="search처럼 쓰는 조건 (연도:2026, kind:결산 …; 여러 번)")
    ] = None,
    min_chars: Annotated[int, typer.Option("--min-chars", min=0, help="이보다 짧은 글은 뺀다")] = 20,
    with_cautioned: Annotated[
        bool, typer.Option("--with-cautioned", help="AI에 대한 지시로 보이는 글도 넣는다")
    ] = False,
    all_drafts: Annotated[bool, typer.Option("--all-drafts", help="최종이 아닌 판도 넣는다")] = False,
    include_unlicensed: Annotated[
        bool, typer.Option("--include-unlicensed", help="licence를 적지 않은 소스도 넣는다")
    ] = False,
    split: Annotated[str, typer.Option("--split", help="train/valid/test의 백분율")] = "90/5/5",
    seed: Annotated[int | None, typer.Option("--seed", help="이 수로 섞는다 (없으면 ID 순서)")] = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """볼 수 있는 구절과 대화를 학습·평가용 말뭉치로 내보낸다 (가리고, 한 번씩만, 출처·이용허락과 함께)."""
    settings = settings_of(home)
    from warehouse.corpus import CorpusOptions, UnmaskedIdentifier, export_corpus
    from warehouse.doors.question import QuestionRefused, parse_question
    from warehouse.exporting import FolderInUse

    # the environment names who asks as well, and gives way to what is said here
    asker = None if audience and asked_as is None else settings.principal(asked_as)
    if (audience is None) == (asker is None):
        raise typer.Exit(
            fail(
                "누구의 권한으로 내보낼지 --as 사람이나 --audience everyone 가운데 하나로 알려 주십시오",
                "say with whose rights: either --as PERSON or --audience everyone",
                status=2,
            )
        )
    try:
        question = parse_question(" ".join(conditions or ()))
        if question.text:
            raise QuestionRefused(f"조건이 아닙니다: {question.text}", f"not a filter: {question.text}")
        options = CorpusOptions(
            formats=_formats(corpus_format),
            filters=question.filters,
            least_characters=min_chars,
            with_cautioned=with_cautioned,
            all_drafts=all_drafts,
            unlicensed=include_unlicensed,
            shares=_shares(split),
            seed=seed,
        )
        done = export_corpus(
            settings.home,
            settings.place,
            folder,
            may_read=may_read_as(asker) if asker else settings.audiences[0].may_read,
            audience=asker.name if asker else "everyone",
            terms=settings.terms,
            rooms=[scope.name for scope in settings.register.scopes],
            options=options,
        )
    except QuestionRefused as refused:
        raise typer.Exit(fail(refused.korean, refused.english, status=2)) from None
    except FolderInUse as used:
        raise typer.Exit(fail(str(used), f"{folder} holds something else; name an empty folder", status=2)) from None
    except UnmaskedIdentifier as unmasked:
        raise typer.Exit(
            fail(str(unmasked), "an identifier could not be masked, so nothing was exported", status=1)
        ) from None
    _tell_corpus(done, as_json=as_json)


def may_read_as(principal: Principal) -> Callable[[Access], bool]:
    """Which accesses a principal may read."""
    return lambda access: may_read(access, principal.tokens)


def _formats(chosen: CorpusFormat) -> tuple[Literal["jsonl", "parquet"], ...]:
    if chosen is CorpusFormat.BOTH:
        return ("jsonl", "parquet")
    return ("parquet",) if chosen is CorpusFormat.PARQUET else ("jsonl",)


def _shares(text: str) -> tuple[int, int, int]:
    parts = text.split("/")
    if len(parts) != 3 or not all(part.isascii() and part.isdigit() for part in parts) or sum(map(int, parts)) != 100:
        raise typer.Exit(
            fail(f"나눔은 합이 100인 세 수입니다: {text}", f"three numbers that sum to 100, not {text}", status=2)
        )
    train, valid, test = map(int, parts)
    return train, valid, test


def _tell_corpus(done: "Corpus", *, as_json: bool) -> None:
    if as_json:
        print_json(
            {
                "folder": str(done.folder),
                "publication": done.publication_id,
                "readable": done.n_readable,
                "rows": done.n_rows,
                "left_out": done.left_out,
                "splits": done.splits,
                "masked_at_exit": done.n_masked,
                "files": list(done.files),
            }
        )
    else:
        parts = ", ".join(f"{name} {n:,}" for name, n in done.splits.items())
        say(
            f"{done.n_rows:,}행을 {done.folder}에 썼습니다 ({parts}; 공개 {done.publication_id}).",
            f"wrote {done.n_rows:,} rows to {done.folder} ({parts}; publication {done.publication_id})",
        )
        for reason, n in done.left_out.items():
            korean, english = LEFT_OUT[reason]
            say(f"  뺀 것 {n:,}: {korean}", f"  left out {n:,}: {english}")
    if done.left_out.get("unlicensed"):
        note(
            "(gotgan.toml의 [[source]]에 licence를 적은 소스만 내보냅니다. 모두 넣으려면 --include-unlicensed)",
            "(only sources with a licence in gotgan.toml are exported; --include-unlicensed takes all)",
        )
    if done.n_masked:
        note(
            f"경고: 내보내면서 식별번호 {done.n_masked:,}개를 더 가렸습니다. 저장된 것에 남아 있으니 살펴보십시오.",
            f"warning: {done.n_masked:,} more identifiers were masked on the way out; look at what is stored",
        )

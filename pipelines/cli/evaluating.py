"""`gotgan eval`: how well the configured model and analyser find judged answers."""

from pathlib import Path
from typing import Annotated, Any

import typer

from pipelines.cli.console import HomeOption, JsonOption, fail, print_json, say, settings_of, words

_DEEPEST = 50


def evaluate(
    prefixes: Annotated[
        list[Path],
        typer.Argument(metavar="PREFIX...", help="PREFIX.corpus.jsonl과 PREFIX.queries.jsonl의 앞부분, 하나 이상"),
    ],
    home: HomeOption = None,
    as_json: JsonOption = False,
    k: Annotated[
        list[int] | None, typer.Option("--k", min=1, max=_DEEPEST, help="재현율을 잴 깊이 (여러 번 쓸 수 있음)")
    ] = None,
    ablations: Annotated[bool, typer.Option(help="선택지를 하나씩 끄고도 잰다")] = True,
    write: Annotated[
        Path | None, typer.Option(help="결과를 이 문서에 적는다 (예: docs/retrieval.md). 손으로 쓴 부분은 그대로 둔다")
    ] = None,
) -> None:
    """낱말·뜻·둘 다로 찾은 결과를 정답과 견준다 (재현율, MRR, nDCG@10, 95% 구간)."""
    settings = settings_of(home)
    from pipelines.doors import open_parts
    from warehouse.evaluation import evaluate as measure
    from warehouse.evaluation_page import write_page
    from warehouse.judged import RECALL_AT, load_set

    depths = sorted(set(k or RECALL_AT))
    try:
        judged = [load_set(prefix) for prefix in prefixes]
    except (FileNotFoundError, ValueError) as refused:
        raise typer.Exit(fail(str(refused), str(refused), status=2)) from None
    with open_parts(settings) as parts:
        sets = [
            measure(one, parts.embedder(), parts.analyser, recall_at=depths, is_ablated=ablations) for one in judged
        ]
    if write is not None:
        write_page(write, sets)
    if as_json:
        print_json(sets[0] if len(sets) == 1 else {"sets": sets})
        return
    for measured in sets:
        _print_set(measured)
    if write is not None:
        say(f"적음: {write}", f"written: {write}")


def _print_set(measured: dict[str, Any]) -> None:
    of = measured["settings"]
    typer.echo(
        words(
            f"{of['set']}: 문서 {of['documents']:,} 구절 {of['passages']:,} 질의 {of['questions']:,}",
            f"{of['set']}: {of['documents']:,} documents, {of['passages']:,} passages, {of['questions']:,} questions",
        )
    )
    names = list(measured["systems"]["hybrid"])
    typer.echo(
        f"{'':<12}" + "".join(f"{name:>11}" for name in names) + words("   nDCG@10의 95% 구간", "   95% of nDCG@10")
    )
    for system, values in measured["systems"].items():
        bounds = measured["intervals"][system]["ndcg@10"]
        figures = "".join(f"{values[name]:>11.3f}" for name in names)
        typer.echo(f"{system:<12}{figures}   {bounds[0]:.3f}–{bounds[1]:.3f}")
    for name, found in measured["differences"].items():
        low, high = (100 * bound for bound in found["interval"])
        typer.echo(f"{name} ({found['part']}): {100 * found['mean']:+.2f} ({low:+.2f}…{high:+.2f})")
    if measured.get("ablations"):
        typer.echo(words("하나씩 끄면 (nDCG@10, 더해 주는 점수):", "each switched off (nDCG@10, points that it adds):"))
    for option, found in (measured.get("ablations") or {}).items():
        low, high = (100 * bound for bound in found["interval"])
        words_alone = "-" if found["lexical"] is None else f"{found['lexical']:.3f}"
        adds = f"{100 * found['adds']:+.2f} ({low:+.2f}…{high:+.2f})"
        typer.echo(f"{option:<12}{words_alone:>11}{found['hybrid']:>11.3f}   {adds}")

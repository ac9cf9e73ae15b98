"""`gotgan eval`: how well the configured model and analyser find judged answers."""

from pathlib import Path
from typing import Annotated

import typer

from pipelines.cli.console import HomeOption, JsonOption, fail, print_json, settings_of


def evaluate(
    prefix: Annotated[Path, typer.Argument(help="PREFIX.corpus.jsonl과 PREFIX.queries.jsonl의 앞부분")],
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """낱말·뜻·둘 다로 찾은 결과를 정답과 견준다 (recall@10, MRR, nDCG@10)."""
    settings = settings_of(home)
    from pipelines.doors import open_parts
    from warehouse.evaluation import evaluate as measure

    with open_parts(settings) as parts:
        try:
            measured = measure(prefix, parts.embedder(), parts.analyser)
        except (FileNotFoundError, ValueError) as refused:
            raise typer.Exit(fail(str(refused), str(refused), status=2)) from None
    if as_json:
        print_json(measured)
        return
    typer.echo(f"{'':<10}{'recall@10':>10}{'mrr':>8}{'ndcg@10':>9}")
    for system, values in measured["systems"].items():
        typer.echo(f"{system:<10}{values['recall@10']:>10.3f}{values['mrr']:>8.3f}{values['ndcg@10']:>9.3f}")

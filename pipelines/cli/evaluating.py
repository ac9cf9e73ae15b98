"""`gotgan eval`: how well the configured model and analyser find judged answers."""

from pathlib import Path
from typing import Annotated, Any

import typer

from pipelines.cli.console import HomeOption, JsonOption, fail, print_json, say, settings_of, words
from pipelines.settings import Settings

_DEEPEST = 50


def evaluate(
    prefixes: Annotated[
        list[Path] | None,
        typer.Argument(metavar="PREFIX...", help="PREFIX.corpus.jsonl과 PREFIX.queries.jsonl의 앞부분, 하나 이상"),
    ] = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
    k: Annotated[
        list[int] | None, typer.Option("--k", min=1, max=_DEEPEST, help="재현율을 잴 깊이 (여러 번 쓸 수 있음)")
    ] = None,
    ablations: Annotated[bool, typer.Option(help="선택지를 하나씩 끄고도 잰다")] = True,
    write: Annotated[
        Path | None, typer.Option(help="결과를 이 문서에 적는다 (예: docs/retrieval.md). 손으로 쓴 부분은 그대로 둔다")
    ] = None,
    golden: Annotated[
        Path | None,
        typer.Option(
            metavar="TRUTH.json",
            help="`gotgan sample`이 적은 정답으로, 표본 부처를 모은 홈이 답하는지와 볼 수 없는 사람에게 보이지 않는지를 잰다",
        ),
    ] = None,
    people: Annotated[
        list[str] | None, typer.Option("--as", help="--golden에서 묻는 사람 (여러 번 쓸 수 있음, 없으면 모두)")
    ] = None,
) -> None:
    """낱말·뜻·둘 다로 찾은 결과를 정답과 견준다 (재현율, MRR, nDCG@10, 95% 구간)."""
    settings = settings_of(home)
    if golden is not None:
        if prefixes or write:
            text = "--golden은 PREFIX나 --write와 함께 쓸 수 없습니다"
            raise typer.Exit(fail(text, "--golden goes with neither PREFIX nor --write", status=2))
        raise typer.Exit(_measure_golden(settings, golden, people, as_json=as_json))
    if not prefixes:
        raise typer.Exit(fail("PREFIX나 --golden을 주십시오", "give a PREFIX or --golden", status=2))
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


def _measure_golden(settings: Settings, path: Path, people: list[str] | None, *, as_json: bool) -> int:
    """Ask the golden set of a sample's home; returns 1 if anybody was shown what he may not see, else 0."""
    from pipelines.doors import open_session
    from pipelines.sample.golden import golden_set
    from pipelines.sample.golden_scores import measure, table_of
    from pipelines.sample.ministry import sample_items
    from pipelines.sample.truth import Truth
    from schemas.access import find_principal

    try:
        truth = Truth.model_validate_json(path.read_bytes())
        held = {file.path for file in truth.files}
        # A later night may have taken files away.
        questions = golden_set([item for item in sample_items() if item.truth.path in held], truth)
    except (OSError, ValueError) as refused:
        return fail(str(refused), str(refused), status=2)
    for name in people or ():
        find_principal(truth.principals, name)
    if people and not any(set(people) & set(question.readers) for question in questions):
        return fail("--as의 사람이 답을 볼 수 있는 질문이 없습니다", "they may see no answer", status=2)
    with open_session(settings) as session:
        scores = measure(session, truth, questions, people=people)
    if as_json:
        print_json(scores.model_dump())
    else:
        typer.echo(table_of(scores))
        if scores.unanswered:
            unanswered = " ".join(scores.unanswered)
            say(f"답을 찾지 못한 질문: {unanswered}", f"unanswered: {unanswered}")
        for leak in scores.leaks:
            say(f"샘: {leak}", f"leak: {leak}")
    return 1 if scores.leaks else 0


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

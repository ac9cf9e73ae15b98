"""`gotgan review`: the questions that only a person can answer, and the answers."""

import getpass
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Annotated, Any

import typer

from pipelines.cli.console import HomeOption, JsonOption, fail, note, print_json, say, settings_of, words
from pipelines.settings import Settings
from warehouse.review import NoSuchReview, QueueItem

app = typer.Typer(help="사람이 정해야 하는 것을 한곳에서 보고 정한다.", no_args_is_help=True)

_ANSWERS = {"accept": ("받아들임", "accepted"), "reject": ("물리침", "rejected"), "release": ("풀어 줌", "released")}

IdsArgument = Annotated[list[str], typer.Argument(help="검토 ID (앞부분만 적어도 된다)")]
ByOption = Annotated[str | None, typer.Option("--by", help="정하는 사람 (없으면 이 계정의 이름)")]
NoteOption = Annotated[str | None, typer.Option("--note", help="까닭. 기록에 남는다")]


@app.command("list")
def list_all(
    home: HomeOption = None,
    as_json: JsonOption = False,
    kind: Annotated[str | None, typer.Option("--kind", help="이 종류만 (quarantine, held_deletion)")] = None,
    show_all: Annotated[bool, typer.Option("--all", help="이미 정한 것도 보인다")] = False,
) -> None:
    """정해야 하는 것을 보인다."""
    settings = settings_of(home)
    items = [item for item in _queue(settings) if (show_all or item.is_open) and kind in (None, item.asked.kind)]
    if as_json:
        print_json([_as_json(item) for item in items])
        return
    for item in items:
        typer.echo(f"{item.asked.review_id}  {_kind_words(item)}  {item.asked.title}")
        typer.echo(f"              {_state_words(item)}")
    n_open = sum(item.is_open for item in items)
    say(f"정할 것 {n_open:,}건" + (" — gotgan review show ID" if n_open else ""), f"{n_open:,} to decide")


@app.command()
def show(
    review_id: Annotated[str, typer.Argument(help="검토 ID (앞부분만 적어도 된다)")],
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """한 건의 까닭과 근거, 답마다의 효과를 보인다."""
    item = _one(settings_of(home), review_id)
    if as_json:
        print_json(_as_json(item))
        return
    asked = item.asked
    typer.echo(f"{asked.review_id}  {_kind_words(item)}")
    typer.echo(asked.title)
    typer.echo(f"\n{words('질문', 'question')}  {asked.question}")
    for line in asked.evidence:
        typer.echo(f"  · {line}")
    typer.echo("")
    for answer, effect in zip(asked.answers, asked.effects, strict=True):
        command = f"{answer} {asked.review_id}" if answer in _ANSWERS else f"answer {asked.review_id} {answer}"
        typer.echo(f"  gotgan review {command}\n      {effect}")
    typer.echo(f"\n{words('상태', 'state')}  {_state_words(item)}")


def _answering(answer: str, purpose: str) -> Callable[..., None]:
    """The command that gives one answer."""

    def decide(
        review_ids: IdsArgument,
        home: HomeOption = None,
        as_json: JsonOption = False,
        by: ByOption = None,
        reason: NoteOption = None,
    ) -> None:
        _decide(settings_of(home), review_ids, answer, by, reason, as_json=as_json)

    decide.__doc__ = purpose
    return decide


for _answer, _purpose in {
    "accept": "물은 대로 받아들인다: 격리는 그대로 두고, 사라진 파일은 지운다.",
    "reject": "물리친다: 사라진 파일을 지우지 않고 둔다.",
    "release": "격리에서 풀어 준다: 다음 실행에서 읽는다.",
}.items():
    app.command(_answer)(_answering(_answer, _purpose))


@app.command()
def answer(
    review_id: Annotated[str, typer.Argument(help="검토 ID (앞부분만 적어도 된다)")],
    value: Annotated[str, typer.Argument(help="show가 보인 답 가운데 하나 (예: unit=백만원)")],
    home: HomeOption = None,
    as_json: JsonOption = False,
    by: ByOption = None,
    reason: NoteOption = None,
) -> None:
    """보인 답 가운데 하나로 답한다: 표의 단위처럼 답이 여럿인 물음에."""
    _decide(settings_of(home), [review_id], value, by, reason, as_json=as_json)


def _decide(
    settings: Settings, review_ids: list[str], answer: str, by: str | None, reason: str | None, *, as_json: bool
) -> None:
    """Answer every question, or none if one of them does not take this answer."""
    from warehouse.ledger import Ledger

    items = [_one(settings, review_id) for review_id in review_ids]
    for item in items:
        if answer not in item.asked.answers:
            taken = ", ".join(item.asked.answers)
            raise typer.Exit(
                fail(
                    f"{item.asked.review_id}에는 {answer}라고 답할 수 없습니다 (할 수 있는 답: {taken})",
                    f"{item.asked.review_id} does not take {answer} (it takes {taken})",
                    status=2,
                )
            )
    ledger, person = Ledger(settings.home), by or getpass.getuser()
    made = [ledger.decide(i.asked, answer, decided_by=person, note=reason, now=datetime.now(UTC)) for i in items]
    if as_json:
        print_json([decision.model_dump() for decision in made])
        return
    for item in items:
        effect = item.asked.effects[item.asked.answers.index(answer)]
        typer.echo(f"{item.asked.review_id}  {_answer_words(answer)}: {effect}")
    note("다음 실행(gotgan run)에서 적용됩니다.", "takes effect at the next run (gotgan run)")


def _queue(settings: Settings) -> list[QueueItem]:
    from warehouse.review import queue

    return queue(settings.home, settings.place)


def _one(settings: Settings, review_id: str) -> QueueItem:
    from warehouse.review import find_item

    try:
        return find_item(settings.home, settings.place, review_id)
    except NoSuchReview:
        raise typer.Exit(
            fail(
                f"그런 검토 항목이 없거나 여럿입니다: {review_id}", f"no such review, or several: {review_id}", status=2
            )
        ) from None


def _kind_words(item: QueueItem) -> str:
    from warehouse.reviews import discover_kinds

    return f"{discover_kinds()[item.asked.kind].label} ({item.asked.reason})"


def _state_words(item: QueueItem) -> str:
    if item.decision is None:
        return words(f"답: {', '.join(item.asked.answers)}", f"answers: {', '.join(item.asked.answers)}")
    decided = item.decision
    when = f"{decided.decided_at.astimezone():%Y-%m-%d %H:%M}"
    answer = _answer_words(decided.answer)
    applied = words("적용됨", "applied") if item.is_applied else words("다음 실행에서 적용", "applied by the next run")
    return f"{answer} — {decided.decided_by}, {when}, {applied}" + (f" — {decided.note}" if decided.note else "")


def _answer_words(answer: str) -> str:
    """An answer in words; one that a question proposes itself, such as a unit, stands for itself."""
    return words(*_ANSWERS.get(answer, (answer, answer)))


def _as_json(item: QueueItem) -> dict[str, Any]:
    decision = item.decision.model_dump() if item.decision else None
    effects = dict(zip(item.asked.answers, item.asked.effects, strict=True))
    asked = item.asked.model_dump(exclude={"answers", "effects"})
    return asked | {"answers": effects, "decision": decision, "is_open": item.is_open, "is_applied": item.is_applied}

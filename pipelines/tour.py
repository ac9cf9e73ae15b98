"""What `make run` does after the set-up: the sample ministry, a night through Dagster, answers of a document, a chat and SQL."""

import argparse
import sys
import time
from pathlib import Path

from pipelines.cli import ask, running, sampling
from pipelines.settings import Settings

_QUESTION_SQL = (
    "SELECT source_name AS 소스, outcome AS 결과, sum(n_files) AS 파일, sum(n_tables) AS 표 "
    "FROM mart.holding GROUP BY ALL ORDER BY ALL"
)


def main() -> None:
    """Run the tour; exit status 1 if the night failed, or if the share's truth says otherwise than the home."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--sample", type=Path, required=True)
    parser.add_argument("--began", type=float, help="Unix time at which make began, set-up included")
    chosen = parser.parse_args()
    began = time.time()
    home, sample = chosen.home, chosen.sample

    if not (sample / "truth.json").exists():
        _heading("1. 표본 부처를 만듭니다")
        sampling.sample(sample, home=home)
    _heading("2. 밤 작업을 Dagster로 돌립니다 (처음에는 몇 분, 다시 돌리면 몇 초)")
    running.run(home=home)

    from pipelines.sample.comparison import differences
    from pipelines.sample.truth import Truth

    truth = Truth.model_validate_json((sample / "truth.json").read_text(encoding="utf-8"))
    wrong = differences(Settings(home), truth)
    n_messages = sum(len(room.messages) for room in truth.rooms)
    _heading(
        f"3. 정답과 견줍니다 — 파일 {len(truth.files):,}개의 결과, 사유, 볼 수 있는 사람; "
        f"등록한 대화 {len(truth.rooms)}개의 메시지 {n_messages:,}건"
    )
    sys.stdout.write("".join(f"  {line}\n" for line in wrong) or "  모두 정답과 같습니다.\n")

    question = truth.questions[0]
    principal = question.readers[0]
    _heading(f"4. 문서에 묻습니다 — {principal}: {question.text}")
    ask.search(question.text, asked_as=principal, home=home, limit=1)
    answered = time.time()
    chats = {item.path for item in truth.files if item.conversations}
    said = next(asked for asked in truth.questions if chats.issuperset(asked.paths))
    _heading(f"5. 대화에 묻습니다 — {said.readers[0]}: {said.text} (메신저의 말은 확정된 값이 아닙니다)")
    ask.search(said.text, asked_as=said.readers[0], home=home, limit=1)
    analyst = next(person.name for person in truth.principals if person.clearance)
    _heading(f"6. SQL로 묻습니다 — {analyst}: {_QUESTION_SQL}")
    ask.sql(_QUESTION_SQL, home=home, asked_as=analyst)
    since = f" (설치를 시작한 때부터 {answered - chosen.began:,.0f}초)" if chosen.began else ""
    _heading(f"첫 답까지 {answered - began:,.0f}초{since}. 이제 해 볼 것")
    for command, purpose in _next_steps(Settings(home).home.root, principal):
        sys.stdout.write(f"  {command}\n      {purpose}\n")
    if wrong:
        sys.exit(1)


def _heading(text: str) -> None:
    sys.stdout.write(f"\n── {text}\n")
    sys.stdout.flush()


def _next_steps(home: Path, principal: str) -> list[tuple[str, str]]:
    gotgan = Path(sys.prefix) / "bin" / "gotgan"
    shown = gotgan.relative_to(Path.cwd()) if gotgan.is_relative_to(Path.cwd()) else gotgan
    place = home.relative_to(Path.cwd()) if home.is_relative_to(Path.cwd()) else home
    return [
        ("docs/tutorial-operator.md", "십 분 길잡이: 아침에 보는 것, 정하는 것, 공유가 사라진 날"),
        ("docs/tutorial-analyst.md", "십 분 길잡이: SQL, 숫자에서 칸으로, 칸에서 원본으로"),
        (f"{shown} run --home {place}", "다시 돌리면 읽기 0, 임베딩 0, 새 공개 없음"),
        (f"{shown} report --html --home {place}", "지난밤의 보고서 (브라우저로 엽니다)"),
        (f"{shown} review list --home {place}", "사람이 정해야 하는 것"),
        (
            f"{shown} search '묻고 싶은 것' --as {principal} --home {place}",
            "찾기; 나온 chunk를 cite에 주면 원본에서 다시 꺼냅니다",
        ),
        (f"{shown} ui --home {place}", "Dagster 화면: 소스에서 색인과 분석가용 파일까지의 흐름"),
        (f"{shown} init --home 내홈", "내 공유를 모을 홈을 만들기 (gotgan.toml에 [[source]]를 적습니다)"),
    ]


if __name__ == "__main__":
    main()

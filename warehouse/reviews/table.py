"""Tables of money that only a person can explain: what their amounts are counted in, of which year or stage they are."""

from collections.abc import Iterable, Iterator

from schemas.budget import TABLE_REASONS
from schemas.fiscal import STAGE_LABELS, Stage
from warehouse.extractions import TABLE_QUESTION
from warehouse.lake import CATALOG, Lake
from warehouse.ledger import IN_FORCE
from warehouse.reviews import Circumstances, Found, ReviewKind

_MAX_QUESTIONS = 100
_SHOWN_PLACES = 3
_STAY = "이 모양의 표에서 금액을 뽑지 않고 다시 묻지 않습니다."


def _find(lake: Lake, _: Circumstances) -> Iterator[Found]:
    decided = {row["subject"]: row for row in lake.rows(f"SELECT * FROM ({IN_FORCE}) WHERE kind = '{TABLE_QUESTION}'")}
    asked: set[str] = set()
    n_open = 0
    for row in lake.rows(
        f"""SELECT t.shape_id, t.reason, min(t.detail) AS detail, arg_min(t.proposals, t.content_id) AS proposals,
                   count(*) AS n_tables, sum(t.n_left) AS n_left, list(DISTINCT t.content_id ORDER BY t.content_id) AS contents
            FROM {CATALOG}.core.form_table t WHERE t.outcome = 'question' GROUP BY ALL
            ORDER BY n_left DESC, shape_id, reason"""
    ):
        subject = f"{row['shape_id']}/{row['reason']}"
        asked.add(subject)
        # Those that were answered stay to be seen, and take no room from those that are open.
        n_open += subject not in decided
        if subject not in decided and n_open > _MAX_QUESTIONS:
            continue
        places = _places(lake, row["contents"])
        yield Found(
            subject=subject,
            finding="question",
            title=f"표 {row['n_tables']:,}개 ({places[0]})",
            reason=TABLE_REASONS[row["reason"]],
            evidence=(
                f"금액으로 보이는 칸 {row['n_left']:,}개, 예: {row['detail']}",
                *(f"자리: {place}" for place in places),
            ),
            effects=_effects(row["proposals"]) | {"reject": _STAY},
        )
    for subject, answer in decided.items():
        if subject in asked or not _is_held(lake, subject):
            continue
        key, _, value = answer["answer"].partition("=")
        asked_before = lake.rows(
            f"SELECT answers FROM {CATALOG}.ops.review WHERE review_id = $review", {"review": answer["review_id"]}
        )
        proposals = [one for row in asked_before for one in row["answers"] if "=" in one]
        yield Found(
            subject=subject,
            finding="question",
            title=f"표의 모양 {subject.partition('/')[0]}",
            reason="사람이 정한 대로 읽고 있음",
            evidence=(f"{answer['decided_by']}의 결정: {key} {value}".rstrip(),),
            effects=_effects(proposals) | {answer["answer"]: "지금처럼 읽습니다.", "reject": _STAY},
            answered=(answer["review_id"], answer["asked_at"]),
        )


def _effects(proposals: Iterable[str]) -> dict[str, str]:
    effects: dict[str, str] = {}
    for proposal in proposals:
        key, _, value = proposal.partition("=")
        if key == "unit":
            effects[proposal] = f"이 모양의 표를 모두 {value} 단위로 읽습니다."
        elif key == "stage":
            effects[proposal] = f"이 모양의 표를 모두 {STAGE_LABELS[Stage(value)]} 금액으로 읽습니다."
        else:
            effects[proposal] = f"이 모양의 표를 모두 {proposal}로 읽습니다."
    return effects


def _places(lake: Lake, contents: list[str]) -> list[str]:
    rows = lake.rows(
        f"""SELECT DISTINCT coalesce(p.source_name || '/' || p.path, r.content_id) AS place
            FROM {CATALOG}.core.reading r LEFT JOIN {CATALOG}.raw.placement p USING (content_id)
            WHERE list_contains($contents, r.content_id) ORDER BY 1 LIMIT {_SHOWN_PLACES}""",
        {"contents": contents[:50]},
    )
    return [row["place"] for row in rows] or ["-"]


def _is_held(lake: Lake, subject: str) -> bool:
    shape_id = subject.partition("/")[0]
    n = lake.value(f"SELECT count(*) FROM {CATALOG}.core.form_table WHERE shape_id = $shape", {"shape": shape_id})
    return bool(n)


REVIEW = ReviewKind(
    name=TABLE_QUESTION,
    label="표의 뜻",
    question="이 표의 금액을 어떻게 읽습니까?",
    find=_find,
)

"""The questions of analysts on real budget data: each statement of docs/questions.md gives the figure, stage, unit and cell.

The data lie beside the checkout and are no part of it; without them nothing is asked.
"""

import json
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from pipelines.ports import night_opener, no_progress
from pipelines.settings import Settings
from warehouse.doors.sql import run_query
from warehouse.layout import Home
from warehouse.ledger import Ledger
from warehouse.night import Night
from warehouse.publication import Current
from warehouse.review import queue
from warehouse.serving import write_serving_files

PROJECT = Path(__file__).resolve().parents[2]
SHARED = PROJECT.parent / "shared"
QUESTIONS = SHARED / "questions.jsonl"
CENTRAL = "kr_central/fiscal_by_project_2020_2026.json"
EXPLANATION = "kr_mois/mois_2026_project_tables_p100_138.xlsx"
YEARBOOK = ("kr_local_yearbook/부문별_2012.xlsx", "kr_local_yearbook/통계목별_2012.xlsx")
IN_CENTRAL, IN_EXPLANATION = f"예산자료/{CENTRAL}", f"예산자료/{EXPLANATION}"
YEARS = "2020, 2021, 2022, 2023, 2026"

pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(not QUESTIONS.is_file(), reason=f"{QUESTIONS} is not here: no real budget data to ask"),
]

Row = dict[str, Any]


def statements() -> dict[int, str]:
    """The statements of the page by the question's number."""
    page = (PROJECT / "docs" / "questions.md").read_text(encoding="utf-8")
    parts = re.split(r"^### (\d+)\. ", page, flags=re.MULTILINE)[1:]
    pairs = zip(parts[::2], parts[1::2], strict=True)
    return {int(number): re.findall(r"```sql\n(.*?)```", text, re.DOTALL)[0] for number, text in pairs}


def asked() -> dict[int, Row]:
    """The questions that came with the data."""
    lines = QUESTIONS.read_text(encoding="utf-8").splitlines()
    return {row["id"]: row for row in map(json.loads, lines)}


@dataclass(frozen=True)
class Asked:
    """A home with two publications: before a succession was confirmed, and after."""

    home: Home

    def __call__(self, number: int, publication: str = "p1") -> list[Row]:
        """The rows of the page's statement."""
        return run_query(self.home, statements()[number], at=publication).as_dicts()

    def one(self, number: int) -> Row:
        """The only row."""
        (row,) = self(number)
        return row


def publish(night: Night, publication_id: str) -> None:
    """The analysts' file of now; a whole publication would embed every text, which no figure needs."""
    write_serving_files(night.lake, night.home, publication_id, night.ports.audiences)
    current = Current(
        publication_id=publication_id, snapshot_id=1, vector_table=None, vector_version=None, serving_digest=""
    )
    night.home.current_file.write_text(current.model_dump_json(), encoding="utf-8")


def confirm(night: Night, name: str) -> None:
    """Answer yes to the question whether another office goes on with this one."""
    items = [item for item in queue(night.home, night.place) if item.asked.kind == "succession"]
    (item,) = [item for item in items if "기관" in item.asked.reason and f" {name} →" in item.asked.title]
    Ledger(night.home).decide(item.asked, "accept", decided_by="분석가", note=None, now=night.clock.now())
    night.take_decisions()
    night.find_successions()


@pytest.fixture(scope="module")
def ask(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asked]:
    """A night over the files that the questions need, without embedding; then the patent office's new name is confirmed."""
    root = tmp_path_factory.mktemp("questions")
    share, folder = root / "share", root / "home"
    for name in (CENTRAL, EXPLANATION, *YEARBOOK):
        (share / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(SHARED / "budget" / name, share / name)
    folder.mkdir()
    (folder / "gotgan.toml").write_text(
        f'[[source]]\nname = "예산자료"\nkind = "folder"\npath = "{share}"\naccess = ["group:all"]\n\n'
        '[[principal]]\nname = "분석가"\ngroups = ["budget"]\n',
        encoding="utf-8",
    )
    settings = Settings(folder)
    with night_opener(settings, no_progress)() as night:
        for source in settings.sources():
            night.receive(source)
        night.read()
        night.extract_amounts()
        night.settle_dimensions()
        night.reconcile()
        night.find_successions()
        night.link_figures()
        publish(night, "p1")
        confirm(night, "특허청")
        publish(night, "p2")
    yield Asked(settings.home)


def told(row: Row, **facts: Any) -> None:
    """Each fact is in the row as it is told; Korean headings are the columns' names."""
    assert {name: row[name] for name in facts} == facts


def numbers(text: str) -> list[int]:
    """The whole numbers of a text that are written with commas."""
    return [int(word.replace(",", "")) for word in re.findall(r"\d{1,3}(?:,\d{3})+", text)]


def won(text: str) -> int:
    """What an exact amount says."""
    sign = -1 if text.startswith("△") else 1
    return sign * int(text.strip("△원").replace(",", ""))


def test_the_page_answers_each_question_that_figures_or_their_absence_can_answer():
    assert set(statements()) == {number for number, row in asked().items() if not row.get("gate")}


def test_1_a_figure_with_its_stage_basis_office_and_cell(ask):
    told(
        ask.one(1),
        답="있음",
        소관="보건복지부",
        연도=2026,
        단계="본예산(국회확정)",
        기준="총지출",
        금액="54,508,464,000,000원",
        **{"적힌 글": "54508464000000", "적힌 단위": "원"},
        출처=f"{IN_CENTRAL} 표 1 셀 D6375",
    )
    stage = run_query(ask.home, "SELECT stage FROM answer('국민연금급여지급', 2026)", at="p1").rows
    assert stage == [("ENACTED",)]
    assert numbers(asked()[1]["expected"]) == [won(ask.one(1)["금액"])]


def test_3_a_year_that_is_not_held_is_no_figure_and_names_the_years(ask):
    told(ask.one(3), 답="보유하지 않음", 금액=None, 출처=None, **{"물은 해": 2024, "가진 연도": YEARS})


def test_5_a_row_that_is_absent_is_not_zero(ask):
    told(ask.one(5), 답="없음", 금액=None, 출처=None, **{"가진 연도": "2021, 2022, 2023, 2026"})
    assert "0원이라는 뜻이 아니다" in ask.one(5)["주의"]


def test_6_a_change_between_two_cells(ask):
    told(
        ask.one(6),
        연도=2025,
        본예산="4,924,000,000원",
        추경="5,854,000,000원",
        증감="930,000,000원",
        **{
            "적힌 글": "4,924 → 5,854",
            "적힌 단위": "백만원",
            "본예산 출처": f"{IN_EXPLANATION} 시트 p137_t47 셀 B6",
            "추경 출처": f"{IN_EXPLANATION} 시트 p137_t47 셀 D6",
        },
    )


def test_7_what_was_merged_by_name_belongs_to_no_office(ask):
    row = ask.one(7)
    assert "감사원" not in row["소관"]
    assert "말할 수 없음" in row["소관"]
    assert "소관을 정해 묻고" in row["주의"]
    told(row, **{"파일에 붙은 소관": "감사원", "여러 소관이 합쳐진 금액": "5,942,473,000,000원"})
    assert row["출처"] == f"{IN_CENTRAL} 표 1 셀 D22180"


def test_10_rows_are_counted_with_their_caveat(ask):
    row = ask.one(10)
    told(row, 연도=2026, 단계="본예산(국회확정)", 기준="총지출", 출처=IN_CENTRAL, **{"1조원 이상(줄)": 76})
    assert "이름으로 합쳐진" in row["주의"]


def test_12_a_name_that_ended_has_a_candidate_with_its_method(ask):
    row = ask.one(12)
    told(
        row,
        **{
            "앞 이름": "국고채이자상환",
            "앞 연도": 2023,
            "앞 금액": "19,205,618,000,000원",
            "뒤 이름": "국고채이자상환(개인투자용국채포함)",
            "뒤 연도": 2026,
            "뒤 금액": "29,163,856,000,000원",
            "어떻게": "이름이 바뀜",
            "찾은 법": "이름",
            "확인": "후보 (사람이 확인하지 않음)",
            "앞 출처": f"{IN_CENTRAL} 표 1 셀 D5163",
            "뒤 출처": f"{IN_CENTRAL} 표 1 셀 D41602",
        },
    )
    assert "닮은 정도" in row["근거"]


PATENTS = {2020: 341_246_000_000, 2021: 365_104_000_000, 2022: 386_402_000_000, 2023: 374_635_000_000}
PATENTS_2026, ITS_SUCCESSOR_2026 = 336_743_000_000, 88_896_000_000


def test_14_two_names_stay_apart_until_a_person_confirms(ask):
    raw = {("특허청", year): amount for year, amount in PATENTS.items()}
    raw |= {("특허청", 2026): PATENTS_2026, ("지식재산처", 2026): ITS_SUCCESSOR_2026}
    for publication in ("p1", "p2"):
        rows = ask(14, publication)
        assert {(row["적힌 소관"], row["연도"]): won(row["적힌 이름의 금액"]) for row in rows} == raw
        assert {(row["단계"], row["기준"], row["출처"]) for row in rows} == {("본예산(국회확정)", "총지출", IN_CENTRAL)}
        assert all("특허청 → 지식재산처: 이름이 바뀜" in row["승계"] for row in rows)
    before, after = ask(14), ask(14, "p2")
    assert all(row["이은 소관"] == row["적힌 소관"] and row["이은 금액"] == row["적힌 이름의 금액"] for row in before)
    assert all("후보" in row["승계"] for row in before)
    assert {row["이은 소관"] for row in after} == {"지식재산처"}
    assert {row["연도"]: won(row["이은 금액"]) for row in after} == {
        **PATENTS,
        2026: PATENTS_2026 + ITS_SUCCESSOR_2026,
    }
    assert all("사람이 확인함" in row["승계"] for row in after)


def test_15_offices_that_were_split_give_no_ratio(ask):
    row = ask.one(15)
    told(
        row,
        판정="직접 비율을 내지 않음",
        **{"앞 기관": "기획재정부", "앞 연도": 2023, "앞 금액": "33,669,427,000,000원", "증가율(%)": None},
        **{"뒤 기관": "기획예산처", "뒤 연도": 2026, "뒤 금액": None},
    )
    assert "「기획재정부」 → 「기획예산처」 나뉨, 후보" in row["까닭"]
    assert "보유하지 않는다" in row["까닭"]
    same = "SELECT growth_percent FROM compared('기획재정부', 2023, '기획재정부', 2026)"
    assert run_query(ask.home, same, at="p1").rows == [(None,)]


def test_17_a_mean_growth_says_which_years_it_has_and_lacks(ask):
    told(
        ask.one(17),
        단계="본예산(국회확정)",
        기준="총지출",
        출처=IN_CENTRAL,
        셈="(727,879,135,420,000원 / 557,987,187,630,000원) ^ (1/5) - 1",
        **{"연평균 증가율(%)": 5.46, "가진 해": "2021, 2022, 2023, 2026", "셈에 쓴 해": "2021, 2026"},
        **{"없는 해": "2024, 2025"},
    )


def test_18_why_the_current_budget_is_less(ask):
    row = ask.one(18)
    told(
        row,
        연도=2024,
        예산="1,805,000,000원",
        예산현액="1,662,000,000원",
        차이="△143,000,000원",
        **{
            "적힌 글": "1,805 → 1,662",
            "적힌 단위": "백만원",
            "예산 출처": f"{IN_EXPLANATION} 시트 p137_t47 셀 D5",
            "예산현액 출처": f"{IN_EXPLANATION} 시트 p137_t47 셀 E5",
            "까닭 출처": f"{IN_EXPLANATION} 시트 p137_t48 셀 B3",
        },
    )
    assert "(이용) 대설" in row["적힌 까닭"]
    assert "143백만원" in row["적힌 까닭"]


def test_22_only_transfers_between_items_are_called_so(ask):
    row = ask.one(22)
    told(
        row,
        종류="전용",
        금액="5,000,000원",
        출처=f"{IN_EXPLANATION} 시트 p122_t23 셀 D5",
        **{"사업 코드": "7034-303", "감한 목": "210-14", "더한 목": "260-01", "적힌 종류": "전용"},
    )
    assert str(row["날짜"]) == "2025-05-13"
    every = run_query(ask.home, "SELECT kind_label FROM transfers(2025)", at="p1").rows
    assert sorted(label for (label,) in every) == ["세목조정"] * 6 + ["전용"]


def test_24_similar_projects_are_candidates_with_score_and_words(ask):
    rows = ask(24)
    assert 0 < len(rows) <= 30
    for row in rows:
        assert row["표시"] == "후보, 사람 확인 필요"
        assert 0 < row["점수(0~1)"] <= 1
        said = {re.sub(r"\s", "", row[name]).lower() for name in ("사업", "닮은 사업")}
        assert all(word in name for word in row["겹치는 말"].split(", ") for name in said)
        assert row["출처"].startswith(IN_CENTRAL)
        assert row["그 출처"].startswith(IN_CENTRAL)
    pairs = [frozenset({(row["사업"], row["소관"]), (row["닮은 사업"], row["그 소관"])}) for row in rows]
    assert len(set(pairs)) == len(pairs)


def test_26_totals_by_year_with_the_years_that_are_not_held(ask):
    rows = ask(26)
    totals = {row["연도"]: row["총지출"] and won(row["총지출"]) for row in rows}
    assert totals == {
        2020: 512_250_447_739_000,
        2021: 557_987_187_630_000,
        2022: 607_663_262_950_000,
        2023: 638_727_654_700_000,
        2024: None,
        2025: None,
        2026: 727_879_135_420_000,
    }
    assert [total for total in totals.values() if total] == numbers(asked()[26]["expected"])
    assert [row["연도"] for row in rows if row["답"] == "보유하지 않음"] == [2024, 2025]
    assert {row["출처"] for row in rows if row["답"] == "있음"} == {IN_CENTRAL}


def test_33_a_break_is_traced_to_its_row(ask):
    rows = {row["원인 출처"]: row for row in ask(33)}
    assert set(rows) == {
        f"예산자료/{YEARBOOK[0]} 시트 sheet 셀 B94",
        f"예산자료/{YEARBOOK[1]} 시트 sheet 셀 B95",
    }
    for row in rows.values():
        told(row, **{"원인의 행": "세종본청", "그 금액": "206,991,189,000원", "적힌 글": "206991189천원"})
        assert "원인을 자료 안에서 찾음" in row["판정"]
        assert "시도계가 없는 행" in row["까닭"]
        # A sum of rounded parts: to one unit.
        assert abs(won(row["차이"]) - 206_991_189_000) <= 1_000


NOT_HELD = {
    27: {"가진 연도": YEARS, "가진 단계": "본예산(국회확정)", "가진 수준": "세부사업", "가진 기준": "총지출"},
    29: {"아래의 범위": "가진 것 모두"},
    30: {"아래의 범위": "가진 것 모두"},
    31: {"가진 연도": YEARS, "가진 단계": "본예산(국회확정)"},
    35: {"아래의 범위": "가진 것 모두", "가진 문서": "기타, 사업설명자료, 지방재정연감"},
    36: {"아래의 범위": "가진 것 모두", "그 밖의 기록": "이용·전용·조정 내역"},
}


@pytest.mark.parametrize("number", NOT_HELD)
def test_what_is_not_held_is_said_with_what_is_and_without_a_figure(ask, number):
    assert asked()[number]["held"] is False
    row = ask.one(number)
    told(row, 답="보유하지 않음", **NOT_HELD[number])
    assert all(isinstance(value, str) for value in row.values())
    assert row["가진 연도"]
    # Years, and no other figure.
    assert {word for word in re.findall(r"\d+", " ".join(row.values())) if not re.fullmatch(r"20\d\d", word)} == set()


def test_the_command_prints_headings_in_korean_and_units(ask, gotgan_of: Callable[[Path], Any]):
    shown = gotgan_of(ask.home.root)("sql", statements()[6], "--as", "분석가").stdout
    for word in ("본예산 출처", "증감", "930,000,000원", "적힌 단위", "백만원", "p137_t47 셀 B6", "p137_t47 셀 D6"):
        assert word in shown

"""Draft families from names and texts: drafts meet, forms of other offices, years and projects do not."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import numpy as np
import pytest

from warehouse.draft_facts import facts_of_text
from warehouse.draft_likeness import compare, likely_pairs
from warehouse.draft_signatures import LEAST_SHINGLES, minhash_of, plain, shingled, shingles_of
from warehouse.families import ALL_PAIRS, MOST_VERSIONS, Content, Spot, inner_pairs, make_families, name_pairs

START = datetime(2026, 3, 10, 9, tzinfo=UTC)

REPORT = """나눔터 최소 인원 시범사업을 검토한 결과를 보고한다. 아이가 여덟 명보다 적은 마을에서도 저녁 돌봄을 할 수 있는지 살폈다.
시범 지역은 산간 마을 서른한 곳으로 하고, 여름과 겨울에 한 번씩 현장을 점검한다. 교사는 두 사람을 두되 한 사람은 이웃 나눔터와
함께 쓴다. 버스가 끊기는 여섯 시 뒤에는 이동 돌봄 차량을 부른다. 비용은 인건비와 차량 임차료, 간식비로 나누어 잡았다.
집행이 늦어질 위험은 교사를 미리 뽑아 줄이고, 아이가 더 줄면 이웃 마을과 합친다. 효과는 부모의 퇴근 시각과 만족도로 잰다."""
EDITED = REPORT.replace("서른한 곳", "스물네 곳").replace("간식비로 나누어 잡았다", "간식비, 보험료로 나누어 잡았다")

FORM = """사업 설명 자료
1. 사업 목적: {name}을 통하여 주민의 생활을 돕는다. {name}은 법률에 따라 추진하는 사업이다.
2. 추진 경위: 지난해 {name} 기본계획을 세우고 올해 {name} 시행지침을 고쳤다. 관계 기관과 두 차례 협의하였다.
3. 소요 예산: 인건비와 운영비, 시설비로 나누어 잡았으며 국비와 지방비를 절반씩 부담한다. 세부 내역은 붙임과 같다.
4. 기대 효과: {name}으로 지역의 불편이 줄고 안전이 나아진다. 해마다 성과를 점검하여 다음 해 예산에 반영한다.
5. 향후 계획: 상반기에 대상지를 정하고 하반기에 {name} 공사를 시작한다. 끝나면 결과를 공개한다."""


def content(letter: str, text: str, name: str, *, folder: str = "공유/과", hour: float = 0, **given) -> Content:
    """A content of a letter with a text at a place."""
    shingles = shingles_of(text)
    own = {
        "format": "hwpx",
        "title": None,
        "facts": frozenset(facts_of_text(text)),
        "spots": (Spot(folder, name, START + timedelta(hours=hour)),),
    } | given
    minhash = minhash_of(shingles).tobytes() if len(shingles) >= LEAST_SHINGLES else b""
    return Content(letter * 64, letter * 32, plain(text), n_shingles=len(shingles), minhash=minhash, **own)


def families(*pairs: tuple[Content, str], answers=None) -> list[list[str]]:
    """The letters of each family in order, those of one version together."""
    made = {one.text_id: shingled(text) for one, text in pairs}
    alike = {
        (min(one, other), max(one, other)): compare(made[one], made[other])
        for one in made
        for other in made
        if one < other
    }
    return [
        ["".join(sorted(key[0] for key in standing.version.content_ids)) for standing in family.standings]
        for family in make_families([one for one, _ in pairs], alike, answers)
    ]


def filled(letter: str, text: str, name: str, **given) -> tuple[Content, str]:
    """A content with its text."""
    return content(letter, text, name, **given), text


def test_drafts_of_one_document_meet_wherever_they_lie() -> None:
    assert families(
        filled("b", EDITED, "나눔터 검토_최종.hwpx", folder="공유/보낸 것", hour=2),
        filled("a", REPORT, "나눔터 검토_v1.hwpx", hour=1),
        filled("c", FORM.format(name="온실 보급"), "온실 보급.hwpx"),
    ) == [["a", "b"]]


def test_a_later_version_may_differ_much_from_the_first_one() -> None:
    parts = REPORT.split(". ")
    others = [
        f"{number}번째로 고친 문장이며 앞에 없던 낱말 {word}을 담고 있다"
        for number, word in enumerate("가나다라마바사아", 1)
    ]
    texts = [REPORT]
    for number in range(6):
        parts[number] = others[number] + " 그리고 지역마다 다른 사정을 적는다"
        texts.append(". ".join(parts))
    drafts = [filled("abcdefg"[n], text, f"검토_v{n + 1}.hwpx", hour=n) for n, text in enumerate(texts)]
    assert compare(shingled(texts[0]), shingled(texts[-1])).jaccard < 0.5
    assert families(*drafts) == [list("abcdefg")]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        # One form, two projects: names, then texts alone, then a labelled value.
        (("온실 보급", "온실 보급 사업 설명자료.hwpx"), ("도로 정비", "도로 정비 사업 설명자료.hwpx")),
        (("온실 보급", "설명자료 (1).hwpx"), ("도로 정비", "설명자료 (2).hwpx")),
        (("온실 보급", "설명자료.hwpx"), ("도로 정비", "자료.hwpx")),
    ],
)
def test_a_form_filled_for_another_project_is_another_document(one, other) -> None:
    drafts = [
        filled(letter, FORM.format(name=name), file) for letter, (name, file) in zip("ab", (one, other), strict=True)
    ]
    assert families(*drafts) == []


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("2026년도 예산요구서.hwpx", "2027년도 예산요구서.hwpx"),
        ("예산요구서(가람부).hwpx", "예산요구서(나루부).hwpx"),
        ("3월 집행 점검.hwpx", "4월 집행 점검.hwpx"),
        ("제1차 회의 결과.hwpx", "제2차 회의 결과.hwpx"),
        ("주간업무보고_0310.hwpx", "주간업무보고_0317.hwpx"),
        ("현장 점검 0001.hwpx", "현장 점검 0002.hwpx"),
    ],
)
def test_what_the_names_state_keeps_alike_texts_apart(first, second) -> None:
    drafts = [filled("a", REPORT, first), filled("b", EDITED, second)]
    assert families(*drafts) == []
    # The same two texts under names that do not state it are drafts.
    assert families(filled("a", REPORT, "검토.hwpx"), filled("b", EDITED, "검토_v2.hwpx", hour=1)) == [["a", "b"]]


def test_a_third_without_a_year_does_not_join_two_years() -> None:
    drafts = [
        filled("a", REPORT, "2026년도 계획.hwpx"),
        filled("b", EDITED, "계획.hwpx"),
        filled("c", EDITED.replace("두 사람", "세 사람"), "2027년도 계획.hwpx"),
    ]
    assert [sorted(family) for family in families(*drafts)] in ([["a", "b"]], [["b", "c"]])


def test_projects_of_the_amounts_tell_documents_apart() -> None:
    one, other = frozenset({"project_code=7033-300"}), frozenset({"project_code=7033-301"})
    drafts = [filled("a", REPORT, "설명.hwpx", facts=one), filled("b", EDITED, "설명_v2.hwpx", facts=other)]
    assert families(*drafts) == []


def test_a_conversion_is_the_same_version_and_a_table_beside_a_report_is_none() -> None:
    assert families(
        filled("a", REPORT, "검토_v1.hwpx"),
        filled("b", EDITED, "검토_최종.hwpx", hour=1),
        filled("c", EDITED + "\n- 1 -", "검토_최종.pdf", hour=2, format="pdf"),
        filled("d", REPORT[: len(REPORT) // 2], "검토_최종.xlsx", format="xlsx"),
    ) == [["a", "bc"]]


def test_short_texts_meet_by_their_names_alone() -> None:
    text = (
        "복지과 의견: 이 안건에 의견이 없으며 다음 회의에서 다시 살펴보기로 하였음을 알려 드립니다. "
        "담당자 연락처는 붙임과 같습니다"
    )
    assert LEAST_SHINGLES <= len(shingles_of(text)) < 80
    one, other = filled("a", text, "의견.hwpx"), filled("b", f"{text}!", "회신.hwpx", folder="공유/다른 과")
    assert families(one, other) == []
    assert families(one, filled("b", f"{text}!", "의견_v2.hwpx", hour=1)) == [["a", "b"]]


def test_more_than_drafts_can_be_is_a_form() -> None:
    texts = [f"{REPORT} 접수 {number}" for number in range(MOST_VERSIONS + 5)]
    contents = [
        Content(f"{n:064}", f"{n:032}", f"{n}", "hwpx", None, 500, b"x" * 512, spots=(Spot("f", f"검토_v{n}.hwpx"),))
        for n in range(len(texts))
    ]
    same = compare(shingled("가" * 9), shingled("가" * 9))
    alike = {(one.text_id, other.text_id): same for one, other in pairwise(contents)}
    assert max(len(family.standings) for family in make_families(contents, alike)) <= MOST_VERSIONS


def test_each_version_is_compared_with_every_other_or_with_those_that_follow() -> None:
    def pairs_of(n: int) -> set[tuple[str, str]]:
        contents = [
            Content(f"{k:064}", f"{k:032}", f"{k}", "hwpx", None, 500, b"x", spots=(Spot("f", f"검토_v{k + 1}.hwpx"),))
            for k in range(n)
        ]
        # a second content of the first text, under a text id that comes after all the others
        contents.append(Content("f" * 64, "f" * 32, "0", "hwpx", None, 500, b"x", spots=(Spot("f", "검토_v1.hwpx"),)))
        same = compare(shingled("가" * 9), shingled("가" * 9))
        (family,) = make_families(contents, {(f"{k:032}", f"{k + 1:032}"): same for k in range(n - 1)})
        return inner_pairs([family], contents)

    assert pairs_of(3) == {(f"{one:032}", f"{other:032}") for one, other in ((0, 1), (0, 2), (1, 2))}
    assert len(pairs_of(ALL_PAIRS)) == ALL_PAIRS * (ALL_PAIRS - 1) // 2
    many = pairs_of(ALL_PAIRS + 12)
    assert len(many) < (ALL_PAIRS + 12) * 8
    assert all(1 <= int(other) - int(one) <= 8 for one, other in many)


def test_names_bring_pairs_together_that_signatures_would_not() -> None:
    one, other = content("a", REPORT, "검토_v1.hwpx"), content("b", FORM, "검토_v2.hwpx")
    assert name_pairs([other, one]) == [("a" * 32, "b" * 32)]
    moved = content("c", FORM + "!", "다른 이름.hwpx", replaces=frozenset({"a" * 64}))
    assert {tuple(sorted(pair)) for pair in name_pairs([one, moved])} == {("a" * 32, "c" * 32)}


def test_a_signature_estimates_what_is_counted_and_spaces_do_not_matter() -> None:
    one, other = shingles_of(REPORT), shingles_of(EDITED)
    exact = compare(shingled(REPORT), shingled(EDITED)).jaccard
    assert abs(float((minhash_of(one) == minhash_of(other)).mean()) - exact) < 0.15
    assert 0.6 < exact < 1
    assert np.array_equal(shingles_of(REPORT.replace(" ", "\n")), one)
    assert len(shingles_of("가나")) == 0


def test_pairs_that_are_likely_are_found_among_many_and_the_unlike_are_not() -> None:
    words = [f"{a}{b}" for a in "가나다라마바사아자차카타파하" for b in "강낭당랑망방상앙장창캉탕팡항"]
    draw = np.random.default_rng(1)
    texts = [" ".join(words[k] for k in draw.integers(0, len(words), 200)) for _ in range(300)]
    texts.append(texts[7].replace(" ", " 새 ", 5))
    rows = np.stack([minhash_of(shingles_of(text)) for text in texts])
    assert [tuple(pair) for pair in likely_pairs(rows)] == [(7, 300)]
    assert likely_pairs(rows[:1]).shape == (0, 2)

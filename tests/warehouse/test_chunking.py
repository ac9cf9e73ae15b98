"""Passages: nothing is lost, equal passages are equal, an edit stays where it was made."""

import itertools
import random
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks import redraft
from benchmarks.redraft import NOUNS, paragraph, sentence
from schemas.elements import Cell, ElementKind, Grid, grid_text
from schemas.provenance import Locator
from schemas.records.chunk import Chunk
from schemas.records.element import ElementRecord
from warehouse.breaking import HARD_LIMIT
from warehouse.chunking import MAX_EMBEDDED_TABLE_PARTS, TOKEN_LIMIT, cut, fingerprint, most_tokens, passage_text
from warehouse.token_sizes import NoTokenizer, TokenSizes, default_sizes


def element(
    ordinal: int, text: str, kind: str = "narrative_text", path: Sequence[str] = (), **changes: Any
) -> ElementRecord:
    given_: dict[str, Any] = {
        "content_id": "0" * 64,
        "ordinal": ordinal,
        "kind": kind,
        "text": text,
        "level": None,
        "page": None,
        "sheet": None,
        "section_path": list(path),
        "locator": Locator(paragraph=ordinal + 1),
        "table": None,
        "parent_ordinal": None,
        "parent_row": None,
        "parent_col": None,
    }
    return ElementRecord(**(given_ | changes))


def table(
    ordinal: int, rows: Sequence[Sequence[str]], unit: str | None = None, path: Sequence[str] = (), **changes: Any
) -> ElementRecord:
    spans = changes.pop("spans", {})
    cells = [
        Cell(row=r, col=c, text=text, row_span=spans.get((r, c), (1, 1))[0], col_span=spans.get((r, c), (1, 1))[1])
        for r, row in enumerate(rows, start=1)
        for c, text in enumerate(row, start=1)
        if text
    ]
    grid = Grid(n_rows=len(rows), n_cols=max(map(len, rows)), unit=unit, cells=cells)
    return element(ordinal, grid_text(grid), "table", path, table=grid, **changes)


def paragraphs(seed: int, n: int) -> list[str]:
    generator = random.Random(seed)
    return [paragraph(generator) for _ in range(n)]


def report(seed: int, n_sections: int = 12) -> list[ElementRecord]:
    """A report with headings of two levels, paragraphs, and a table here and there."""
    generator, elements = random.Random(seed), []

    def add(text: str, kind: str = "narrative_text", path: Sequence[str] = (), **changes: Any) -> None:
        elements.append(element(len(elements), text, kind, path, **changes))

    for section in range(n_sections):
        outer = f"제{section + 1}장 {generator.choice(NOUNS)} {section}"
        add(outer, "title", level=1)
        for part in range(generator.randint(0, 3)):
            inner = f"{part + 1}. {generator.choice(NOUNS)} {generator.choice(NOUNS)}"
            add(inner, "title", [outer], level=2)
            for text in paragraphs(generator.randint(0, 10**6), generator.randint(0, 6)):
                add(text, path=[outer, inner])
            if generator.random() < 0.3:
                rows = [["사업", "예산"], *[[generator.choice(NOUNS) + str(row), str(row * 137)] for row in range(8)]]
                elements.append(table(len(elements), rows, "백만원", [outer, inner]))
    return elements


def words(text: str) -> list[str]:
    return re.findall(r"\w+", text)


def all_words(chunks: Sequence[Chunk]) -> set[str]:
    return {word for chunk in chunks for word in words(passage_text(chunk.headings, chunk.text))}


@pytest.mark.parametrize("seed", range(8))
def test_every_word_of_every_element_is_in_some_passage(seed: int) -> None:
    elements = report(seed)
    found = all_words(cut("t", elements))
    assert {word for item in elements for word in words(item.text)} <= found


def test_every_paragraph_is_in_a_passage_in_one_piece() -> None:
    texts = [text for text in paragraphs(4, 60) if len(text) <= HARD_LIMIT]
    chunks = cut("t", [element(place, text) for place, text in enumerate(texts)])
    assert all(any(text in chunk.text for chunk in chunks) for text in texts)


def test_passages_follow_reading_order_and_say_which_elements_they_hold() -> None:
    elements = report(3)
    chunks = cut("t", elements)
    assert [chunk.ordinal for chunk in chunks] == list(range(len(chunks)))
    for chunk in chunks:
        first = next(item for item in elements if item.ordinal == chunk.first_ordinal)
        assert chunk.first_ordinal <= chunk.last_ordinal
        assert words(first.text)[0] in words(chunk.text)
    assert [chunk.first_ordinal for chunk in chunks] == sorted(chunk.first_ordinal for chunk in chunks)


@pytest.mark.parametrize("seed", range(4))
def test_passages_are_neither_tiny_nor_beyond_the_limit(seed: int) -> None:
    chunks = cut("t", [element(place, text) for place, text in enumerate(paragraphs(seed, 200))])
    lengths = [len(chunk.text) for chunk in chunks]
    assert max(lengths) <= HARD_LIMIT
    assert min(lengths) >= 150
    assert 450 <= sum(lengths) / len(lengths) <= 750


def test_the_same_text_gives_the_same_ids_whatever_its_file() -> None:
    first, second = cut("text-1", report(5)), cut("text-2", report(5))
    assert [chunk.passage_id for chunk in first] == [chunk.passage_id for chunk in second]
    assert not {chunk.chunk_id for chunk in first} & {chunk.chunk_id for chunk in second}
    moved = [
        item.model_copy(update={"content_id": "1" * 64, "page": 9, "locator": Locator(page=9)}) for item in report(5)
    ]
    assert [chunk.passage_id for chunk in cut("text-3", moved)] == [chunk.passage_id for chunk in first]


def test_the_name_of_a_sheet_stands_above_its_content_unless_nobody_gave_it() -> None:
    rows = [["사업", "예산"], ["도로 정비", "100"]]
    (named,) = cut("t", [table(0, rows, sheet="2026 세출")])
    assert named.headings == ["2026 세출"]
    (unnamed,) = cut("t", [table(0, rows, sheet="Sheet1")])
    assert unnamed.headings == []


def test_headings_are_part_of_a_passage_and_of_its_id() -> None:
    text = paragraphs(1, 1)[0]
    one, other = (cut("t", [element(0, text, path=[heading])])[0] for heading in ("가. 세입", "나. 세출"))
    assert (one.headings, one.text) == (["가. 세입"], text)
    assert one.passage_id != other.passage_id
    assert passage_text(one.headings, one.text) == f"가. 세입\n{text}"


@given(
    seed=st.integers(0, 10_000),
    place=st.integers(0, 119),
    kind=st.sampled_from(["edit", "insert", "delete", "replace"]),
)
@settings(max_examples=120, deadline=None, derandomize=True)
def test_an_edit_changes_its_own_passage_and_at_most_those_beside_it(seed: int, place: int, kind: str) -> None:
    texts = paragraphs(seed, 120)
    before = cut("t", [element(at, text) for at, text in enumerate(texts)])
    edited = list(texts)
    if kind == "edit":
        edited[place] = edited[place].replace(" ", " 새로운 ", 1)
    elif kind == "insert":
        edited.insert(place, "새로 넣은 문단이다.")
    elif kind == "delete":
        del edited[place]
    else:
        edited[place] = "아주 다른 글로 바꾸었다. " * 12
    after = cut("t", [element(at, text) for at, text in enumerate(edited)])
    old, new = [chunk.passage_id for chunk in before], [chunk.passage_id for chunk in after]
    same_start = next((at for at, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), min(len(old), len(new)))
    same_end = next(
        (at for at, (a, b) in enumerate(zip(old[::-1], new[::-1], strict=False)) if a != b), min(len(old), len(new))
    )
    assert len(new) - same_start - same_end <= 4
    assert len(old) - same_start - same_end <= 4


def test_most_edits_change_one_passage_only() -> None:
    generator, texts = random.Random(11), paragraphs(11, 150)
    before = {chunk.passage_id for chunk in cut("t", [element(at, text) for at, text in enumerate(texts)])}
    changed = []
    for _ in range(100):
        place = generator.randrange(len(texts))
        edited = [*texts[:place], texts[place].replace(" ", " 1,234 ", 1), *texts[place + 1 :]]
        after = {chunk.passage_id for chunk in cut("t", [element(at, text) for at, text in enumerate(edited)])}
        changed.append(len(after - before))
    assert max(changed) <= 3
    assert sum(count == 1 for count in changed) >= 80


def test_a_new_section_leaves_the_passages_of_the_others() -> None:
    elements = report(9)
    extra = [
        element(0, "제0장 머리말", "title"),
        *[element(0, text, path=["제0장 머리말"]) for text in paragraphs(77, 4)],
    ]
    before = {chunk.passage_id for chunk in cut("t", elements)}
    assert before <= {chunk.passage_id for chunk in cut("t", [*extra, *elements])}


def test_small_sections_share_a_passage_with_their_headings_and_large_ones_do_not() -> None:
    small = [
        element(at, f"{name}은 다음과 같다.", path=["제1장", f"{at}. {name}"])
        for at, name in enumerate(["목적", "근거", "기간"])
    ]
    (chunk,) = cut("t", small)
    assert chunk.headings == ["제1장"]
    assert "1. 근거\n근거은 다음과 같다." in chunk.text
    large = [element(at, "가" * 250 + f" {at}", path=["제1장", f"{at}절"]) for at in range(3)]
    assert [chunk.headings[-1] for chunk in cut("t", large)] == ["0절", "1절", "2절"]


def test_a_heading_without_content_is_kept_as_text() -> None:
    chunks = cut(
        "t", [element(0, "Ⅰ. 총괄", "title"), element(1, "Ⅱ. 세부", "title"), element(2, "내용이다.", path=["Ⅱ. 세부"])]
    )
    assert [chunk.text for chunk in chunks] == ["Ⅰ. 총괄\nⅡ. 세부\n내용이다."]
    assert [chunk.text for chunk in cut("t", [element(0, "빈 문서의 제목", "title")])] == ["빈 문서의 제목"]


def test_a_paragraph_that_was_styled_as_heading_stays_text() -> None:
    long = "이 문단은 제목 양식으로 되어 있으나 실제로는 본문이다. " * 5
    chunks = cut("t", [element(0, long.strip(), "title"), element(1, "다음 문단이다.", path=[long.strip()])])
    assert chunks[0].headings == []
    assert long.strip() in " ".join(chunk.text for chunk in chunks)


def test_headers_footers_and_images_give_no_passage_and_footnotes_do() -> None:
    kinds = [ElementKind.HEADER, ElementKind.FOOTER, ElementKind.IMAGE, ElementKind.FOOTNOTE]
    (chunk,) = cut("t", [element(place, f"{kind} 글", kind) for place, kind in enumerate(kinds)])
    assert chunk.text == "footnote 글"
    assert cut("t", []) == []
    assert cut("t", [element(0, "  \n ")]) == []


def test_a_very_long_paragraph_is_split_at_sentence_ends_without_losing_a_character() -> None:
    generator = random.Random(2)
    text = " ".join(sentence(generator) for _ in range(120))
    chunks = cut("t", [element(0, text)])
    assert len(chunks) > 3
    assert "".join(chunk.text.replace(" ", "") for chunk in chunks) == text.replace(" ", "")
    assert all(chunk.text.endswith(".") for chunk in chunks)


def test_every_part_of_a_table_repeats_header_unit_and_caption_and_names_its_rows() -> None:
    rows = [
        ["구분", "2025년", ""],
        ["", "본예산", "추경"],
        *[[f"지역활력 사업 {n}", f"{n * 1_000:,}", f"{n * 7:,}"] for n in range(1, 80)],
    ]
    spans = {(1, 1): (2, 1), (1, 2): (1, 2)}
    caption = element(0, "<표 3> 사업별 예산", path=["예산"])
    place = Locator(sheet="총괄", cells="B3:D83")
    chunks = [
        c
        for c in cut("t", [caption, table(1, rows, "백만원", ["예산"], spans=spans, locator=place)])
        if c.first_ordinal == 1
    ]
    assert len(chunks) > 2
    ranges = []
    for chunk in chunks:
        assert chunk.text.startswith("<표 3> 사업별 예산\n(단위: 백만원)\n구분 | 2025년 본예산 | 2025년 추경\n")
        found = re.fullmatch(r"B(\d+):D(\d+)", chunk.locator.cells or "")
        assert found
        first, last = int(found[1]), int(found[2])
        numbers = [int(number) for number in re.findall(r"사업 (\d+) \|", chunk.text)]
        assert (numbers[0], numbers[-1]) == (first - 4, last - 4)
        ranges.append((first, last))
        assert chunk.locator.sheet == "총괄"
    assert ranges[0][0] == 5
    assert ranges[-1][1] == 83
    assert all(before[1] + 1 == after[0] for before, after in itertools.pairwise(ranges))


def test_a_row_that_is_added_to_a_table_leaves_its_other_parts() -> None:
    generator = random.Random(8)
    rows = [[f"{' '.join(generator.choices(NOUNS, k=4))} {n}", str(n)] for n in range(120)]
    header = [["사업명", "예산액"]]
    before = {chunk.passage_id for chunk in cut("t", [table(0, header + rows)])}
    after = {
        chunk.passage_id for chunk in cut("t", [table(0, header + rows[:40] + [["새로운 사업", "1"]] + rows[40:])])
    }
    assert len(after - before) <= 3


def test_years_are_labels_and_amounts_are_not() -> None:
    rows = [["구분", "2024", "2025년"], ["세입", "1,000", "2,000"], *[[f"항목 {n}", "10", "20"] for n in range(60)]]
    assert all(chunk.text.startswith("구분 | 2024 | 2025년\n") for chunk in cut("t", [table(0, rows)]))
    headless = [[f"항목 {n}", "1,234"] for n in range(200)]
    assert cut("t", [table(0, headless)])[1].text.splitlines()[0] != "항목 0 | 1,234"


def test_a_table_of_numbers_is_not_embedded_and_a_table_of_words_is() -> None:
    header = ["시도", *[f"{code} 항목" for code in range(101, 121)]]
    numbers = [header, *[[f"서울{n}", *[str(n * 7_919 * k) for k in range(1, 21)]] for n in range(1, 40)]]
    assert all(chunk.is_lexical for chunk in cut("t", [table(0, numbers)]))
    words_ = [
        ["사업", "설명", "예산"],
        *[[f"사업 {n}", "주민 편의를 높이려는 시설의 개선", str(n * 1_000)] for n in range(40)],
    ]
    assert not any(chunk.is_lexical for chunk in cut("t", [table(0, words_)]))
    assert not cut("t", [table(0, [["연도", "2024", "2025"], ["예산", "1,234", "2,345"]])])[0].is_lexical


def test_parts_deep_in_a_long_table_of_words_are_found_by_words_only() -> None:
    generator = random.Random(1)
    rows = [["사업", "설명"], *[[f"사업 {n}", " ".join(generator.choices(NOUNS, k=60))] for n in range(900)]]
    chunks = cut("t", [element(0, "머리말이다."), table(1, rows), element(2, "맺음말이다.")])
    parts = [chunk for chunk in chunks if chunk.first_ordinal == 1]
    assert len(parts) > MAX_EMBEDDED_TABLE_PARTS + 50
    assert [chunk.is_lexical for chunk in parts] == [n >= MAX_EMBEDDED_TABLE_PARTS for n in range(len(parts))]
    assert not chunks[0].is_lexical
    assert not chunks[-1].is_lexical


def test_a_box_of_one_column_is_read_as_paragraphs() -> None:
    box = table(1, [["◇ 추진 배경\n지방재정의  여건이 나빠졌다."]])
    (chunk,) = cut("t", [element(0, "앞 문단이다."), box, element(2, "뒤 문단이다.")])
    assert chunk.text == "앞 문단이다.\n◇ 추진 배경\n지방재정의 여건이 나빠졌다.\n뒤 문단이다."


def test_a_row_too_long_for_a_passage_is_cut_by_cells_with_their_labels() -> None:
    generator = random.Random(4)
    long = " ".join(sentence(generator) for _ in range(40))
    chunks = cut("t", [table(0, [["구분", "내용"], ["배경", long], ["효과", "짧다"]])])
    assert max(len(chunk.text) for chunk in chunks) <= HARD_LIMIT + 100
    assert any("내용: " in chunk.text for chunk in chunks)
    assert set(words(long)) <= all_words(chunks)


def test_a_wide_table_of_words_writes_labels_beside_values() -> None:
    header = [f"아주 길게 쓰인 열의 이름 {n}번째" for n in range(30)]
    chunks = cut("t", [table(0, [header, *[[f"값{r}-{n} 설명" for n in range(30)] for r in range(6)]])])
    assert any("아주 길게 쓰인 열의 이름 3번째: 값0-3 설명" in chunk.text for chunk in chunks)
    assert max(len(chunk.text) for chunk in chunks) <= HARD_LIMIT + 100


def test_a_wide_table_that_nobody_filled_in_keeps_its_labels() -> None:
    header = [f"아주 길게 쓰인 열의 이름 {n}번째" for n in range(30)]
    chunks = cut("t", [table(0, [header, ["현금", *[""] * 29], ["현물", *[""] * 29]])])
    assert {word for name in header for word in words(name)} <= all_words(chunks)


def test_a_second_row_of_words_is_no_header() -> None:
    rows = [
        ["구분", "내용"],
        ["목적", "예산 절감"],
        ["근거", "법률"],
        *[[f"항목 {n}", f"설명 {n}"] for n in range(120)],
    ]
    chunks = cut("t", [table(0, rows)])
    assert len(chunks) > 1
    assert all(chunk.text.startswith("구분 | 내용\n") for chunk in chunks)
    assert "목적 | 예산 절감" not in chunks[-1].text


def test_a_table_of_only_a_header_is_kept() -> None:
    (chunk,) = cut("t", [table(0, [["직접", "출자", "출연"], ["", "", ""]])])
    assert chunk.text == "직접 | 출자 | 출연"


def test_a_passage_with_too_many_tokens_is_broken_further_and_only_doubtful_ones_are_counted() -> None:
    counted: list[str] = []

    def count(texts: Sequence[str]) -> list[int]:
        counted.extend(texts)
        return [len(text) for text in texts]

    plain = [element(place, text, path=["장"]) for place, text in enumerate(paragraphs(6, 30))]
    hanja = element(50, "國庫補助金豫算編成指針" * 70, path=["장"])
    chunks = cut("t", [*plain, hanja], count)
    assert all(len(passage_text(chunk.headings, chunk.text)) <= TOKEN_LIMIT for chunk in chunks if "國" in chunk.text)
    assert "".join(chunk.text for chunk in chunks if "國" in chunk.text).replace("\n", "") == hanja.text
    assert counted
    assert len(counted) < 3 * len(chunks)


def test_a_fingerprint_names_the_rules_and_the_model_that_counts() -> None:
    assert fingerprint() == fingerprint()
    assert fingerprint("model-a") not in {fingerprint(), fingerprint("model-b")}
    assert cut("t", report(1))[0].step_fingerprint == fingerprint()
    assert cut("t", report(1), step_fingerprint="f")[0].step_fingerprint == "f"


@pytest.mark.parametrize("shape", sorted(redraft.SHAPES))
def test_a_redraft_makes_new_only_what_holds_the_edit_and_at_most_one_neighbour(shape: str) -> None:
    chance = random.Random(sorted(redraft.SHAPES).index(shape))
    found = []
    for _ in range(20):
        parts = redraft.SHAPES[shape](chance)
        before = redraft.passage_ids(parts)
        found += [redraft.redraft(chance, parts, kind, before) for kind in redraft.EDITS if kind != "move"]
    counts = [one.n_new for one in found]
    assert sum(counts) / len(counts) <= 1.3
    assert max(counts) <= 4
    # no rule that joins three paragraphs and tears none holds this always (see benchmarks/redraft.py)
    assert sum(not one.is_local for one in found) <= 0.04 * len(found)


def hard_texts() -> dict[str, list[ElementRecord]]:
    """Texts with many more tokens than letters suggest: symbols, rare syllables, digits, wide tables, long headings."""
    generator = random.Random(3)
    rare = "".join(chr(generator.randint(0xAC00, 0xD7A3)) for _ in range(3_000))
    letters = "".join(generator.choice("①②③㎢㎡℃ⅣⅦ△▲※→⇒■□◆") for _ in range(3_000))
    spaced = " ".join(chr(generator.randint(0xAC00, 0xD7A3)) for _ in range(1_500))
    hanja = "".join(chr(generator.randint(0x4E00, 0x9FA5)) for _ in range(2_500))
    numbers = " ".join(f"{generator.randint(1, 10**9):,}원이며" for _ in range(400))
    wide = [[f"항목{col}-{chr(0xAC00 + col * 37)}뷁" for col in range(30)]]
    wide += [[f"값 {row}-{col} 쀍" for col in range(30)] for row in range(30)]
    above = ["".join(chr(generator.randint(0xAC00, 0xD7A3)) for _ in range(110)) for _ in range(2)]
    plain = {"rare": rare, "letters": letters, "spaced": spaced, "hanja": hanja, "numbers": numbers}
    found = {name: [element(0, text)] for name, text in plain.items()}
    found["wide"] = [table(0, wide)]
    found["headings"] = [element(0, text, path=above) for text in (spaced[:800], rare[:890])]
    found["sections"] = report(2)
    return found


@pytest.mark.parametrize("name", sorted(hard_texts()))
def test_no_embedded_passage_has_more_tokens_than_the_limit(name: str) -> None:
    sizes = default_sizes()
    elements = hard_texts()[name]
    chunks = cut("t", elements, sizes.count)
    texts = [passage_text(chunk.headings, chunk.text) for chunk in chunks]
    assert max(sizes.count(texts)) <= TOKEN_LIMIT
    assert all(count <= most_tokens(text) for count, text in zip(sizes.count(texts), texts, strict=True))
    if name in ("letters", "spaced", "hanja", "headings"):
        loose = cut("t", elements)
        assert max(sizes.count([passage_text(one.headings, one.text) for one in loose])) > TOKEN_LIMIT, "worth a test"
    solid = "".join("".join(text.split()) for text in texts)
    for item in elements:
        assert set("".join(item.text.split())) <= set(solid)


def test_what_stands_above_short_pieces_is_said_once_where_it_is_too_long() -> None:
    def count(texts: Sequence[str]) -> list[int]:
        return [len(text) for text in texts]

    rows = [["가" * 140, "나" * 140], *[["다" * 30, "라" * 30] for _ in range(3)]]
    chunks = cut("t", [table(0, rows, path=["마" * 100, "바" * 100, "사" * 90])], count)
    texts = [passage_text(chunk.headings, chunk.text) for chunk in chunks]
    assert max(map(len, texts)) <= TOKEN_LIMIT
    assert all(any(letter in text for text in texts) for letter in "가나다라마바사")


@given(st.text(max_size=400))
@settings(max_examples=200, deadline=None, derandomize=True)
def test_no_text_has_more_tokens_than_it_is_taken_to_have_at_most(text: str) -> None:
    assert default_sizes().count([text])[0] <= most_tokens(text)


def test_the_fingerprint_follows_the_tokenizer_and_a_missing_one_is_told(tmp_path: Path) -> None:
    sizes = default_sizes()
    assert fingerprint(sizes.fingerprint) != fingerprint()
    with pytest.raises(NoTokenizer, match="make setup"):
        TokenSizes(tmp_path)
    (tmp_path / "tokenizer.json").write_text("{}", encoding="utf-8")
    assert TokenSizes(tmp_path).fingerprint != sizes.fingerprint

import io
import zipfile

import pytest

from connectors.hangul import hwpx_records
from schemas.outcome import Failed

SECTION = '<hs:sec xmlns:hs="urn:section" xmlns:hp="urn:paragraph">{}</hs:sec>'


def package(*sections, **parts):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for number, section in enumerate(sections):
            archive.writestr(f"Contents/section{number}.xml", SECTION.format(section))
        for name, content in parts.items():
            archive.writestr(f"Contents/{name}.xml", content)
    return out.getvalue()


def p(*runs):
    return f"<hp:p>{''.join(f'<hp:run>{run}</hp:run>' for run in runs)}</hp:p>"


def t(text):
    return f"<hp:t>{text}</hp:t>"


def flow(*paragraphs):
    return f"<hp:subList>{''.join(paragraphs)}</hp:subList>"


def tc(row, col, *paragraphs, spans=(1, 1)):
    return (
        f'<hp:tc>{flow(*paragraphs)}<hp:cellAddr rowAddr="{row}" colAddr="{col}"/>'
        f'<hp:cellSpan rowSpan="{spans[0]}" colSpan="{spans[1]}"/></hp:tc>'
    )


def tbl(n_rows, n_cols, *cells, caption=""):
    return f'<hp:tbl rowCnt="{n_rows}" colCnt="{n_cols}">{caption}<hp:tr>{"".join(cells)}</hp:tr></hp:tbl>'


def texts(*sections, **parts):
    return [text for text in hwpx_records.expect(package(*sections, **parts)).paragraphs if text.strip()]


def test_runs_make_a_paragraph_and_sections_follow_by_number():
    sections = [p(t(f"절 {number}")) for number in range(11)]
    assert texts(*sections) == [f"절 {number}" for number in range(11)]
    assert texts(p(t("앞<hp:tab/>뒤"), t("<hp:lineBreak/>다음<hp:nbSpace/>줄"))) == ["앞\t뒤\n다음 줄"]


def test_a_paragraph_comes_before_what_is_anchored_in_it_and_cells_before_what_stands_in_them():
    note = f"<hp:ctrl><hp:footNote>{flow(p(t('각주')))}</hp:footNote></hp:ctrl>"
    caption = f'<hp:caption side="TOP">{flow(p(t("위 캡션")))}</hp:caption>'
    inner = tbl(1, 1, tc(0, 0, p(t("안쪽"))))
    outer = tbl(2, 2, tc(0, 0, p(t("첫 칸"), inner, note), spans=(1, 2)), tc(1, 0, p(t("둘"))), caption=caption)
    found = hwpx_records.expect(package(p(outer, t("본문")) + p(t("뒤"))))
    assert [text for text in found.paragraphs if text] == ["본문", "위 캡션", "첫 칸", "둘", "안쪽", "각주", "뒤"]
    # the position that no cell claims is counted as the grid fills it
    assert (found.n_tables, found.n_cells, found.n_merged, found.n_notes) == (2, 4, 1, 1)


def test_cells_without_addresses_take_the_places_that_are_free():
    def bare(text, rows=1, cols=1):
        return f'<hp:tc>{flow(p(t(text)))}<hp:cellSpan rowSpan="{rows}" colSpan="{cols}"/></hp:tc>'

    rows = f"<hp:tr>{bare('가', rows=2)}{bare('나')}</hp:tr><hp:tr>{bare('다')}</hp:tr>"
    found = hwpx_records.expect(package(p(f"<hp:tbl>{rows}</hp:tbl>")))
    assert (found.n_cells, found.n_merged) == (3, 1)


def test_deleted_text_is_left_out_and_a_deletion_without_end_strikes_nothing():
    struck = t('남은<hp:deleteBegin Id="1"/>지운<hp:deleteEnd Id="1"/> 글')
    assert texts(p(struck)) == ["남은 글"]
    assert texts(p(t('남은<hp:deleteBegin Id="1"/> 글'))) == ["남은 글"]


def test_text_boxes_art_memos_and_headers_are_text():
    box = f"<hp:rect><hp:drawText>{flow(p(t('상자')), p(t('둘째')))}</hp:drawText></hp:rect>"
    group = f"<hp:container>{box}</hp:container>"
    art = '<hp:textart text="글맵시"/>'
    memo = f'<hp:ctrl><hp:fieldBegin type="MEMO">{flow(p(t("메모")))}</hp:fieldBegin></hp:ctrl>'
    head = f"<hp:ctrl><hp:header>{flow(p(t('머리말')))}</hp:header></hp:ctrl>"
    assert texts(p(t("본문"), head, memo, group, art)) == ["본문", "머리말", "메모", "상자", "둘째", "글맵시"]


def test_scripts_of_equations_numbers_and_comments_on_shapes_are_no_text():
    equation = "<hp:equation><hp:script>x over y</hp:script></hp:equation>"
    shape = "<hp:pic><hp:shapeComment>그림입니다.</hp:shapeComment></hp:pic>"
    number = "<hp:ctrl><hp:autoNum num='1'/></hp:ctrl>"
    assert texts(p(equation, shape, number, t("본문"))) == ["본문"]


def test_what_readers_write_out_in_their_own_ways_parts_the_text():
    assert texts(p(t("앞") + '<hp:compose composeText="①"/>' + t("뒤"))) == ["앞", "뒤"]


def test_a_switch_is_read_by_its_default():
    case = f'<hp:case hp:required-namespace="urn:new">{t("새 글")}</hp:case>'
    assert texts(p(f"<hp:switch>{case}<hp:default>{t('옛 글')}</hp:default></hp:switch>")) == ["옛 글"]
    chart = '<hp:case hp:required-namespace="http://www.hancom.co.kr/hwpml/2016/ooxmlchart"><hp:chart/></hp:case>'
    assert texts(p(f"<hp:switch>{chart}<hp:default>{t('그림')}</hp:default></hp:switch>", t("본문"))) == ["본문"]


def test_master_pages_come_first_as_lines():
    page = f'<hm:masterPage xmlns:hm="urn:m" xmlns:hp="urn:paragraph">{flow(p(t("바탕쪽")))}</hm:masterPage>'
    assert texts(p(t("본문")), masterpage0=page) == ["바탕쪽", "본문"]


def test_forbidden_characters_are_passed_over_and_broken_xml_is_corrupt():
    assert texts(p(t("앞\x02뒤&#x1F;끝"))) == ["앞뒤끝"]
    for broken in ("<hp:p>", "<hp:p></hp:run>"):
        with pytest.raises(Failed) as failure:
            texts(broken)
        assert failure.value.reason == "corrupt"

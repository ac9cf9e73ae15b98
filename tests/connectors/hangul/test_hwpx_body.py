import pytest

from connectors import opc
from connectors.composition import Composer
from connectors.hangul.hwpx_body import BodyReader
from connectors.hangul.hwpx_header import read_styles
from connectors.hangul.hwpx_text import command_address
from schemas.elements import ElementKind, Flag
from tests.golden.makers.hwpx import cell, control, flow, paragraph, run, table, text

NAMESPACES = 'xmlns:hs="s" xmlns:hp="http://www.owpml.org/owpml/2024/paragraph"'


def read(*paragraphs, head=None):
    """The elements of a section; whatever the namespaces are, which have changed with the years."""
    styles = read_styles(None if head is None else opc.parse_xml(head.encode()))
    reader = BodyReader(Composer(), styles)
    reader.read_section(opc.parse_xml(f"<hs:sec {NAMESPACES}>{''.join(paragraphs)}</hs:sec>".encode()))
    assert reader.is_changed == any(Flag.TRACKED_CHANGE in element.flags for element in reader.composer.elements)
    return reader.composer.elements


def found(elements):
    return [(element.kind, element.text, element.flags) for element in elements]


@pytest.mark.parametrize(
    ("command", "address"),
    [
        (r"https\\://www.example.go.kr/a\;b;1;0;0;", r"https\://www.example.go.kr/a;b"),
        (r"http\://www.example.go.kr;1;0;0;", "http://www.example.go.kr"),
        ("", ""),
    ],
)
def test_the_address_in_a_command_ends_at_a_bare_semicolon(command, address):
    assert command_address(command) == address


def test_all_that_can_stand_in_a_text_is_printed_in_its_place():
    body = read(
        paragraph(
            run(
                "<hp:t>항목<hp:tab/>금액<hp:lineBreak/>합<hp:nbSpace/>계<hp:fwSpace/>끝<hp:hyphen/>줄<hp:titleMark/>제목"
                '<hp:markpenBegin color="#FFFF00"/>형광<hp:markpenEnd/>펜<!-- 주석 -->뒤</hp:t>'
            )
        )
    )
    assert body[0].text == "항목\t금액\n합 계 끝-줄제목형광펜뒤"


def test_headings_come_from_outline_shapes_and_style_names_and_bullets_make_items():
    head = (
        '<hh:head xmlns:hh="http://www.hancom.co.kr/hwpml/2011/head"><hh:paraProperties>'
        '<hh:paraPr id="0"><hh:heading type="NONE" idRef="0" level="0"/></hh:paraPr>'
        '<hh:paraPr id="1"><hh:heading type="OUTLINE" idRef="0" level="1"/></hh:paraPr>'
        '<hh:paraPr id="2"><hh:heading type="BULLET" idRef="1" level="0"/></hh:paraPr></hh:paraProperties>'
        '<hh:styles><hh:style id="0" name="바탕글" paraPrIDRef="0"/><hh:style id="1" name="개요 3" paraPrIDRef="0"/>'
        '<hh:style id="2" name="개요 6" paraPrIDRef="0"/></hh:styles></hh:head>'
    )
    long_item = (
        "여섯째 개요 문단은 본문의 항목으로도 쓰이므로 이처럼 길게 이어지는 문장은 제목이 아니라 본문으로 읽어야 한다."
    )

    def shaped(characters, shape, style):
        return f'<hp:p paraPrIDRef="{shape}" styleIDRef="{style}">{text(characters)}</hp:p>'

    body = read(
        shaped("재원 구성", 1, 0),
        shaped("국비 보조", 0, 1),
        shaped("글머리표 항목", 2, 0),
        shaped(long_item, 0, 2),
        shaped("세부 내역", 0, 2),
        head=head,
    )
    assert [(element.kind, element.level) for element in body] == [
        (ElementKind.TITLE, 2),
        (ElementKind.TITLE, 3),
        (ElementKind.LIST_ITEM, None),
        (ElementKind.NARRATIVE_TEXT, None),
        (ElementKind.TITLE, 6),
    ]
    assert body[2].section_path == ["재원 구성", "국비 보조"]


def test_large_type_makes_a_heading_of_a_short_line():
    head = (
        '<hh:head xmlns:hh="http://www.hancom.co.kr/hwpml/2011/head"><hh:charPr id="0" height="1000"/>'
        '<hh:charPr id="1" height="2000"/></hh:head>'
    )
    large = '<hp:p><hp:run charPrIDRef="1"><hp:t>세입 전망</hp:t></hp:run></hp:p>'
    body = read(large, paragraph(text("국세 수입은 전년보다 늘어난다. " * 4)), head=head)
    assert [element.kind for element in body] == [ElementKind.TITLE, ElementKind.NARRATIVE_TEXT]


def test_memos_and_hidden_comments_are_flagged_and_links_kept():
    def link(parameters):
        return control(
            f'<hp:fieldBegin id="1" type="HYPERLINK"><hp:parameters>{parameters}</hp:parameters></hp:fieldBegin>'
        )

    command = '<hp:stringParam name="Command">https\\://www.example.go.kr/a\\;b;1;0;0;</hp:stringParam>'
    body = read(
        paragraph(text("앞"), control(f'<hp:fieldBegin type="MEMO">{flow(paragraph(text("메모")))}</hp:fieldBegin>')),
        paragraph(text("뒤"), control(f"<hp:hiddenComment>{flow(paragraph(text('설명')))}</hp:hiddenComment>")),
        paragraph(link(command), text("누리집")),
        paragraph(link('<hp:stringParam name="Path">https://www.example.go.kr/b</hp:stringParam>'), text("둘째")),
        paragraph(link('<hp:stringParam name="Command">?책갈피;0;0;0;</hp:stringParam>'), text("책갈피로")),
        paragraph(table(1, 1, [cell(0, 0, paragraph(link(command), text("표 안")))])),
        paragraph(
            control('<hp:fieldBegin id="2" type="CLICK_HERE" name="기관"/>'),
            text("○○부"),
            control('<hp:fieldEnd beginIDRef="2"/>'),
        ),
    )
    memos = [element.text for element in body if Flag.MEMO in element.flags]
    assert memos == ["메모", "설명"]
    address = "https://www.example.go.kr/a;b"
    links = [element.links for element in body if element.links]
    assert links == [[address], ["https://www.example.go.kr/b"], [address]]
    assert body[-1].text == "○○부"


def test_text_boxes_of_every_shape_are_flagged_and_keep_what_stands_in_them():
    inside = table(1, 1, [cell(0, 0, paragraph(text("안")))])
    box = f"<hp:drawText>{flow(paragraph(text('타원 글')), paragraph(inside))}</hp:drawText>"
    body = read(
        paragraph(text("본문"), run(f"<hp:ellipse><hp:sz/>{box}</hp:ellipse>")),
        paragraph(
            run(
                "<hp:container><hp:rect><hp:drawText>"
                + flow(paragraph(text("묶음 글")))
                + "</hp:drawText></hp:rect><hp:container><hp:polygon><hp:drawText>"
                + flow(paragraph(text("속 묶음 글")))
                + "</hp:drawText></hp:polygon></hp:container></hp:container>"
            )
        ),
        paragraph(
            run(
                f'<hp:pic><hp:caption side="BOTTOM">{flow(paragraph(text("그림 1. 추이")))}</hp:caption>'
                "<hp:shapeComment>그림입니다.</hp:shapeComment></hp:pic>"
            )
        ),
    )
    box_flags = [Flag.TEXT_BOX]
    assert found(body) == [
        (ElementKind.NARRATIVE_TEXT, "본문", []),
        (ElementKind.NARRATIVE_TEXT, "타원 글", box_flags),
        (ElementKind.TABLE, "안", box_flags),
        (ElementKind.NARRATIVE_TEXT, "묶음 글", box_flags),
        (ElementKind.NARRATIVE_TEXT, "속 묶음 글", box_flags),
        (ElementKind.FIGURE_CAPTION, "그림 1. 추이", []),
    ]


def test_a_caption_stands_on_its_side_of_the_table():
    def captioned(side, characters):
        caption = f'<hp:caption side="{side}">{flow(paragraph(text(characters)))}</hp:caption>'
        return paragraph(table(1, 1, [cell(0, 0, paragraph(text("칸")))], caption=caption))

    body = read(captioned("BOTTOM", "아래 설명"), captioned("LEFT", "왼쪽 설명"))
    assert [element.text for element in body] == ["칸", "아래 설명", "왼쪽 설명", "칸"]


def test_a_deletion_over_several_paragraphs_joins_what_is_left():
    body = read(
        paragraph(run('<hp:t>앞부분 <hp:deleteBegin Id="1" TcId="1"/>지운 글</hp:t>')),
        paragraph(text("지운 문단")),
        paragraph(run('<hp:t>지운 끝<hp:deleteEnd Id="1" TcId="1" paraend="0"/>뒷부분</hp:t>')),
        paragraph(
            run('<hp:t><hp:insertBegin Id="2" TcId="2"/>넣은 글<hp:insertEnd Id="2" TcId="2" paraend="0"/>이다</hp:t>')
        ),
        paragraph(text("그대로")),
    )
    changed = [Flag.TRACKED_CHANGE]
    assert found(body) == [
        (ElementKind.NARRATIVE_TEXT, "앞부분 뒷부분", changed),
        (ElementKind.NARRATIVE_TEXT, "넣은 글이다", changed),
        (ElementKind.NARRATIVE_TEXT, "그대로", []),
    ]


def test_a_deletion_without_an_end_strikes_nothing():
    body = read(paragraph(run('<hp:t>남는 <hp:deleteBegin Id="1" TcId="1"/>글</hp:t>')), paragraph(text("다음 글")))
    assert [element.text for element in body] == ["남는 글", "다음 글"]


def test_form_objects_composed_and_annotated_characters_are_text():
    forms = (
        '<hp:checkBtn caption="동의" value="CHECKED"/><hp:radioBtn caption="부동의" value="UNCHECKED"/>'
        '<hp:comboBox selectedValue=""><hp:listItem displayText="" value="상반기"/><hp:listItem value="하반기"/>'
        "</hp:comboBox><hp:edit><hp:text>입력한 글</hp:text></hp:edit>"
        '<hp:edit passwordChar="*"><hp:text>비밀번호</hp:text></hp:edit>'
    )
    annotated = "<hp:dutmal><hp:mainText>歲入</hp:mainText><hp:subText>세입</hp:subText></hp:dutmal>"
    body = read(
        paragraph(text("의견"), run(forms)), paragraph(run(f'<hp:compose composeText="㉮"/>{annotated}'), text(" 추계"))
    )
    assert [element.text for element in body] == ["의견☑동의☐부동의상반기입력한 글", "㉮歲入(세입) 추계"]

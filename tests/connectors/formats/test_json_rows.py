"""JSON comes out as tables with exact grids, numbers as written; talks, maps and errors of services do not."""

import json

import pytest

from connectors.contract import Blob, Document
from connectors.formats.json_rows import FORMAT
from connectors.reading import read_blob, recognise
from schemas.elements import Element
from schemas.outcome import Failed


def read(text: str, name: str = "a.json", encoding: str = "utf-8") -> Document:
    return FORMAT.read(Blob(text.encode(encoding), name))


def rows_of(element: Element) -> list[list[str]]:
    assert element.table is not None
    rows = [[""] * element.table.n_cols for _ in range(element.table.n_rows)]
    for cell in element.table.cells:
        rows[cell.row - 1][cell.col - 1] = cell.text
    return rows


def tables_of(document: Document) -> list[list[list[str]]]:
    return [rows_of(element) for element in document.elements if element.table]


def lines_of(document: Document) -> list[str]:
    return [element.text for element in document.elements if not element.table]


def test_nested_lists_are_joined_out_under_the_top_level_scalars():
    text = """{"unit": "원", "built": ["a.csv", "b.csv"], "items": [
        {"name": "숲길 정비", "ministry": "숲청", "series": [{"year": 2020, "amount": 10}, {"year": 2021, "amount": 0}]},
        {"name": "빈 사업", "ministry": "숲청", "series": []},
        {"name": "샛길", "ministry": null, "series": [{"year": 2021, "amount": 1e3, "note": "새"}]}]}"""
    document = read(text)

    assert lines_of(document) == ["unit: 원", "built: a.csv, b.csv", "items"]
    assert tables_of(document) == [
        [
            ["name", "ministry", "year", "amount", "note"],
            ["숲길 정비", "숲청", "2020", "10", ""],
            ["숲길 정비", "숲청", "2021", "0", ""],
            ["빈 사업", "숲청", "", "", ""],
            ["샛길", "", "2021", "1e3", "새"],
        ]
    ]


def test_numbers_keep_every_digit_and_nothing_crashes_on_strange_ones():
    text = '[{"수": 1.50, "큰": 123456789012345678901234567890, "a": NaN, "b": -Infinity, "참": true, "없음": null}]'
    assert tables_of(read(text)) == [
        [
            ["수", "큰", "a", "b", "참", "없음"],
            ["1.50", "123456789012345678901234567890", "NaN", "-Infinity", "true", ""],
        ]
    ]


def test_equal_keys_are_all_kept():
    assert tables_of(read('[{"값": "하나", "값": "둘", "값": "셋"}]')) == [
        [["값", "값 (2)", "값 (3)"], ["하나", "둘", "셋"]]
    ]


def test_equal_names_of_parent_and_child_stay_apart():
    text = '[{"name": "사업", "parts": [{"name": "내역", "amount": 5}]}]'
    assert tables_of(read(text)) == [[["name", "parts.name", "amount"], ["사업", "내역", "5"]]]


def test_a_second_list_makes_a_table_of_its_own():
    text = '{"표": [{"사업": "가", "금액": [{"연도": 1}, {"연도": 2}], "문서": [{"쪽": 7}]}]}'
    assert tables_of(read(text)) == [
        [["사업", "연도"], ["가", "1"], ["가", "2"]],
        [["사업", "쪽"], ["가", "7"]],
    ]


def test_objects_inside_objects_and_keyed_objects():
    assert tables_of(read('[{"기관": {"이름": "숲청", "코드": "019"}, "금액": 1}]')) == [
        [["기관.이름", "기관.코드", "금액"], ["숲청", "019", "1"]]
    ]
    assert tables_of(read('{"010": {"이름": "행정", "금액": 1}, "020": {"이름": "안전", "금액": 2}}')) == [
        [["", "이름", "금액"], ["010", "행정", "1"], ["020", "안전", "2"]]
    ]


def test_settings_come_as_lines_that_name_their_place():
    document = read(
        '{"name": "집계 도구", "scripts": {"build": "make"}, "depends": {"a": {"b": ["x", "y"]}}}', "package.json"
    )
    assert lines_of(document) == ["name: 집계 도구", "scripts.build: make", "depends.a.b: x, y"]


def test_one_object_a_line():
    document = read('{"사업": "가", "금액": 1}\n\n{"사업": "나", "금액": 2, "비고": "끝"}\n', "a.ndjson")
    assert tables_of(document) == [[["사업", "금액", "비고"], ["가", "1", ""], ["나", "2", "끝"]]]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp949", "utf-16"])
def test_encodings(encoding: str):
    text = '[{"사업명": "뚝섬 정비", "금액": "1,000"}, {"사업명": "강변", "금액": "-"}]'
    document = read(text, encoding=encoding)
    assert tables_of(document)[0][1] == ["뚝섬 정비", "1,000"]
    assert recognise(Blob(text.encode(encoding), "a.json")).name == "json"


def test_long_tables_are_cut_and_name_their_rows():
    document = read(json.dumps([{"번호": n, "금액": n * 100} for n in range(1, 4_500)]))
    elements = [element for element in document.elements if element.table]

    assert [element.locator.cells for element in elements] == ["A1:B2000", "A2001:B4000", "A4001:B4500"]
    assert rows_of(elements[1])[0] == ["2000", "200000"]


ROWS = [{"FSCL_YY": "2026", "OFFC_NM": "숲청", "Y_YY_MEDI_KCUR_AMT": "1000"}]


def answer(code: str = "INFO-000", rows: object = ROWS, total: int = 1) -> dict[str, object]:
    head = {"head": [{"list_total_count": total}, {"RESULT": {"CODE": code, "MESSAGE": "안내 말씀"}}]}
    return {"TotalExpenditure5": [head, {"row": rows}] if rows is not None else [head]}


@pytest.mark.parametrize("n_times", [0, 1, 2])
def test_an_answer_of_a_service_also_inside_strings(n_times: int):
    text = json.dumps(answer(), ensure_ascii=False)
    for _ in range(n_times):
        text = json.dumps(text, ensure_ascii=False)
    document = read(text)

    assert document.title == "TotalExpenditure5"
    assert lines_of(document) == ["TotalExpenditure5", "응답: 안내 말씀 (INFO-000)"]
    assert tables_of(document) == [[["FSCL_YY", "OFFC_NM", "Y_YY_MEDI_KCUR_AMT"], ["2026", "숲청", "1000"]]]
    table = document.elements[-1]
    assert table.section_path == ["TotalExpenditure5"]
    (reading,) = read_blob(text.encode(), "답.json")
    assert (reading.outcome, reading.format) == ("kept", "json")


def test_pages_of_answers_and_what_is_missing_of_them():
    document = read(json.dumps([answer(total=3), answer(total=3)], ensure_ascii=False))
    assert lines_of(document).count("전체 3건 가운데 1건이 들어 있다.") == 2
    assert len(tables_of(document)) == 2


@pytest.mark.parametrize("node", [answer("INFO-200", None), {"RESULT": {"CODE": "INFO-200", "MESSAGE": "해당 없음"}}])
def test_an_answer_without_data_is_kept_with_a_sentence(node: dict[str, object]):
    document = read(json.dumps(node, ensure_ascii=False))
    assert lines_of(document)[-1] == "이 응답에는 자료가 없다."
    assert tables_of(document) == []


@pytest.mark.parametrize(
    "node",
    [
        {"RESULT": {"CODE": "ERROR-290", "MESSAGE": "인증키가 유효하지 않습니다."}},
        answer("ERROR-300", None),
        {"response": {"header": {"resultCode": "30", "resultMsg": "SERVICE_KEY_IS_NOT_REGISTERED_ERROR"}}},
    ],
)
def test_an_error_in_place_of_data_is_refused(node: dict[str, object]):
    (reading,) = read_blob(json.dumps(node, ensure_ascii=False).encode(), "답.json")
    assert (reading.outcome, reading.reason) == ("quarantined", "service_error")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("[" * 100_000, "too_many_elements"),
        ("[" * 70 + "]" * 70, "too_many_elements"),
        ('{"a": ' * 5_000 + "1" + "}" * 5_000, "too_many_elements"),
        ('{"가": 1', "corrupt"),
        ('{"가": 1}\n{"나"', "corrupt"),
        ("[1, 2, 3]", "unsupported_format"),
        ("[[0.1, 0.2], [0.3, 0.4]]", "unsupported_format"),
        ("{}", "unsupported_format"),
        ('[{"author": "김", "message": "안녕", "timestamp": "2026-01-02"}]', "export_not_understood"),
        ('{"x": {"대화": [{"보낸 사람": "김", "메시지": "안녕", "일시": "1월 2일"}]}}', "export_not_understood"),
    ],
)
def test_what_is_refused(text: str, reason: str):
    with pytest.raises(Failed) as failed:
        read(text)
    assert failed.value.reason == reason


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ('{"type": "FeatureCollection", "features": [{"이름": "가"}]}', "지도.json"),
        ('{"cells": [], "nbformat": 4}', "a.json"),
        ('{"a": "가"}', "a.ipynb"),
        ("[조사] 사업 {목록}", "a.json"),
        ('{"가": 1} 그리고 글이 이어진다', "a.txt"),
        ("{\\rtf1 가}", "a.rtf"),
    ],
)
def test_what_is_no_json_of_ours(text: str, name: str):
    assert FORMAT.sniff(Blob(text.encode(), name)) == 0


@pytest.mark.parametrize("name", ["자료", "자료.txt", "자료.hwp", "자료.csv", "자료.json"])
def test_json_is_known_under_any_name(name: str):
    assert recognise(Blob('{"제목": "편성 현황", "행": [{"금액": 1}]}'.encode(), name)).name == "json"


def test_halves_of_characters_and_controls_do_no_harm():
    (reading,) = read_blob(b'[{"a\\ud800": "\\udfff\\u0000 \xea\xb0\x80", "b": "\\u001f"}]', "a.json")
    assert reading.outcome == "kept"
    reading.model_dump_json()


def test_a_descriptor_comes_with_a_table_of_its_fields():
    descriptor = {
        "name": "town",
        "title": "마을 살림",
        "resources": [
            {
                "path": "a.csv",
                "schema": {"fields": [{"name": "항목", "type": "string"}, {"name": "금액", "type": "number"}]},
            }
        ],
        "mapping": {"measures": {"amount": {"source": "금액", "currency": "KRW"}}},
    }
    document = read(json.dumps(descriptor, ensure_ascii=False), "datapackage.json")

    assert document.title == "마을 살림"
    assert tables_of(document) == [[["name", "type"], ["항목", "string"], ["금액", "number"]]]
    assert "mapping.measures.amount.currency: KRW" in lines_of(document)

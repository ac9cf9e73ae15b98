from connectors.pdf.columns import Framed, lines_and_frames, reading_order
from connectors.pdf.lines import Line
from connectors.pdf.text import Run


def make_run(text, left, top, order=0, width=None):
    return Run(text, left, top, left + (width or 10.0 * len(text)), top + 10, 10.0, order=order)


def column(name, left, order, n_lines=8, top=100):
    return [
        make_run(f"{name} 단의 {number}째 줄에 있는 글이다", left, top + 15 * number, order + number, 220)
        for number in range(n_lines)
    ]


def texts(regions):
    return [item.text for region in regions for item in lines_and_frames(region) if isinstance(item, Line)]


def test_columns_are_read_one_after_the_other_under_what_crosses_them():
    title = make_run("쪽 전체에 걸친 제목", 50, 60, 0, 480)
    left, right = column("왼쪽", 50, 10), column("오른쪽", 310, 100)
    mixed = [run for pair in zip(left, right, strict=True) for run in pair]
    assert texts(reading_order([*mixed, title])) == [run.text for run in (title, *left, *right)]


def test_cells_of_a_table_without_rules_stay_in_their_rows():
    rows = [
        run
        for number in range(8)
        for run in (
            make_run(f"항목의 이름과 설명 {number}", 50, 100 + 15 * number, 2 * number),
            make_run(f"그 항목에 관한 긴 내용 {number}", 310, 100 + 15 * number, 2 * number + 1),
        )
    ]
    lines = texts(reading_order(list(rows)))
    assert lines[0] == "항목의 이름과 설명 0 그 항목에 관한 긴 내용 0"
    assert len(lines) == 8


def test_three_columns_are_found_in_turn():
    parts = [
        run
        for at in range(3)
        for run in [
            make_run(f"{at}단의 줄 {number}에 있는 글월", 50 + 180 * at, 100 + 15 * number, 100 * at + number, 150)
            for number in range(8)
        ]
    ]
    assert texts(reading_order(sorted(parts, key=lambda run: run.top))) == [run.text for run in parts]


def test_what_stands_left_of_a_frame_is_read_before_it():
    frame = Framed(0, 200, 100, 400, 200)
    items = [make_run("위", 50, 80), make_run("왼쪽", 50, 150), make_run("아래", 50, 220), frame]
    ordered = lines_and_frames(items)
    assert [item.text if isinstance(item, Line) else "표" for item in ordered] == ["위", "왼쪽", "표", "아래"]

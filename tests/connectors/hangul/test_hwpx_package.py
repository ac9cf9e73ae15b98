import io
import zipfile

import pytest

from connectors import opc
from connectors.hangul import hwpx_package
from pipelines.sample.writers.compound_file import write_compound_file
from schemas.outcome import Failed

ITEMS = (
    '<opf:package xmlns:opf="http://www.idpf.org/2007/opf/"><opf:manifest>{}</opf:manifest>'
    "<opf:spine>{}</opf:spine></opf:package>"
)


def package(**parts):
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as writer:
        for name, content in parts.items():
            writer.writestr(name.replace("__", "/"), content)
    return opc.open_package(target.getvalue())


def listing(items, spine):
    entries = "".join(f'<opf:item id="{identifier}" href="{path}"/>' for identifier, path in items.items())
    return ITEMS.format(entries, "".join(f'<opf:itemref idref="{identifier}"/>' for identifier in spine))


def paths(**parts):
    with package(**parts) as opened:
        return hwpx_package.section_paths(opened, hwpx_package.read_contents(opened))


def test_sections_come_in_the_order_of_the_spine():
    # Hancom names parts from the root of the package, others from the folder of the list.
    found = paths(
        **{
            "Contents/content.hpf": listing({"a": "Contents/section0.xml", "b": "section1.xml"}, "ba"),
            "Contents/section0.xml": "",
            "Contents/section1.xml": "",
        }
    )
    assert found == ["Contents/section1.xml", "Contents/section0.xml"]


@pytest.mark.parametrize("contents", [b"<broken", b"", listing({}, "").encode()])
def test_sections_that_no_list_names_come_by_number(contents):
    names = ("Contents/section10.xml", "Contents/section2.xml", "Contents/Section0.xml", "Other/section1.xml")
    found = paths(**{"Contents/content.hpf": contents}, **dict.fromkeys(names, ""))
    assert found == ["Contents/Section0.xml", "Contents/section2.xml", "Contents/section10.xml"]


def test_a_listed_section_that_is_not_there_is_still_named():
    items = {"a": "Contents/section0.xml", "b": "Contents/section1.xml"}
    found = paths(**{"Contents/content.hpf": listing(items, "ab"), "Contents/section0.xml": ""})
    assert found == ["Contents/section0.xml", "Contents/section1.xml"]


def test_what_is_cut_out_of_a_section_leaves_its_text():
    section = (
        '<hs:sec xmlns:hs="s" xmlns:hp="p"><hp:p><hp:run><hp:t>글 &lt;hp:cellSz a="1"/&gt;</hp:t></hp:run>'
        '<hp:linesegarray><hp:lineseg textpos="0"/><hp:lineseg textpos="9"/></hp:linesegarray></hp:p></hs:sec>'
    )
    with package(section=section) as opened:
        root = hwpx_package.read_section_xml(opened, "section")
    assert root is not None
    assert [element.text for element in root.iter("{p}t")] == ['글 <hp:cellSz a="1"/>']
    assert not list(root.iter("{p}linesegarray"))


def test_a_section_is_parsed_whole_where_cutting_would_break_it():
    # An attribute may hold a sign that ends an element elsewhere.
    section = '<hp:p xmlns:hp="p"><hp:cellSz a="/>"/><hp:t>글</hp:t></hp:p>'
    with package(section=section) as opened:
        root = hwpx_package.read_section_xml(opened, "section")
    assert root is not None
    assert [element.text for element in root.iter("{p}t")] == ["글"]


def test_entities_are_refused_whatever_is_cut_or_cleaned():
    bomb = b'<!DOCTYPE a [<!ENTITY b "c">]><a>\x01&b;</a>'
    with pytest.raises(Failed) as failure:
        hwpx_package.parse_tolerantly(bomb)
    assert failure.value.reason == "corrupt"


def test_objects_are_handed_on_in_the_shape_in_which_they_can_be_read():
    packaged = write_compound_file({"Package": b"PK\x03\x04 workbook"})
    assert hwpx_package.unwrapped("BinData/ole1.ole", packaged) == ("BinData/ole1.bin", b"PK\x03\x04 workbook")
    old = write_compound_file({"Workbook": b"rows"})
    assert hwpx_package.unwrapped("BinData/ole2.ole", b"\0\0\0\0" + old) == ("BinData/ole2.bin", old)
    other = write_compound_file({"Contents": b"drawing"})
    assert hwpx_package.unwrapped("BinData/ole3.ole", other) == ("BinData/ole3.ole", other)
    assert hwpx_package.unwrapped("BinData/image1.png", b"\x89PNG") == ("BinData/image1.png", b"\x89PNG")

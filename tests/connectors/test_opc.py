import io
import zipfile

import pytest

from connectors import opc
from schemas.outcome import Failed


def package(members, compression=zipfile.ZIP_DEFLATED):
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", compression) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return target.getvalue()


def reason_of(call):
    with pytest.raises(Failed) as failure:
        call()
    return failure.value.reason


def test_a_part_that_inflates_beyond_the_ratio_is_a_bomb_but_a_plain_picture_is_none():
    assert reason_of(lambda: opc.open_package(package({"Contents/section0.xml": b" " * 3_000_000}))) == "archive_bomb"
    assert opc.open_package(package({"BinData/image1.bmp": b"\xff" * 3_000_000})).namelist() == ["BinData/image1.bmp"]


def test_too_many_members_are_refused():
    members = {f"m{index}": b"" for index in range(opc.MAX_MEMBERS + 1)}
    assert reason_of(lambda: opc.open_package(package(members, zipfile.ZIP_STORED))) == "archive_bomb"


def test_what_is_no_zip_is_corrupt_and_sniffs_as_nothing():
    assert reason_of(lambda: opc.open_package(b"PK\x03\x04 torn")) == "corrupt"
    assert opc.member_names(b"PK\x03\x04 torn") == frozenset()
    assert opc.member_names(b"plain") == frozenset()


def test_entities_are_refused_with_the_document_type():
    bomb = b'<!DOCTYPE a [<!ENTITY b "c"><!ENTITY d SYSTEM "file:///etc/passwd">]><a>&b;&d;</a>'
    assert reason_of(lambda: opc.parse_xml(bomb)) == "corrupt"
    assert reason_of(lambda: opc.parse_xml(b"<a><b></a>")) == "corrupt"


def test_relations_are_followed_from_where_the_part_stands():
    rels = (
        b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        b'<Relationship Id="r1" Type="http://x/styles" Target="styles.xml"/>'
        b'<Relationship Id="r2" Type="http://x/media" Target="../media/a.png"/>'
        b'<Relationship Id="r3" Type="http://x/link" Target="http://x" TargetMode="External"/></Relationships>'
    )
    archive = opc.open_package(package({"xl/_rels/workbook.xml.rels": rels}))
    assert opc.relations(archive, "xl/workbook.xml") == {
        "r1": ("styles", "xl/styles.xml"),
        "r2": ("media", "media/a.png"),
    }
    assert opc.relations(archive, "none.xml") == {}

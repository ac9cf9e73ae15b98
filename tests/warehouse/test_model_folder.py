"""The digest of a model folder."""

import os
from pathlib import Path

import pytest

from warehouse.model_folder import digest_files, digest_folder


def test_weights_and_settings_count_and_remarks_do_not(tmp_path: Path) -> None:
    (tmp_path / "1_Pooling").mkdir()
    (tmp_path / "1_Pooling" / "config.json").write_text("{}")
    (tmp_path / "model.safetensors").write_bytes(b"weights")
    before = digest_folder(tmp_path)
    (tmp_path / "README.md").write_text("a remark")
    assert digest_folder(tmp_path) == before
    assert list(digest_files(tmp_path)) == ["1_Pooling/config.json", "model.safetensors"]
    (tmp_path / "1_Pooling" / "config.json").write_text('{"a": 1}')
    assert digest_folder(tmp_path) != before


def test_a_changed_file_is_read_again_although_digests_are_remembered(tmp_path: Path) -> None:
    weights = tmp_path / "model.safetensors"
    weights.write_bytes(b"aaaa")
    before = digest_folder(tmp_path)
    weights.write_bytes(b"bbbb")
    os.utime(weights, ns=(1, 1))
    assert digest_folder(tmp_path) != before


def test_an_empty_folder_is_no_model(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        digest_folder(tmp_path)

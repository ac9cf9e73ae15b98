"""A cross-encoder from a local folder: a tiny random one, made here."""

import math

import pytest

from warehouse.doors.reranking import BrokenReranker, CrossEncoderReranker

pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder with a cross-encoder of one layer that was never trained."""
    import torch
    from transformers import BertConfig, BertForSequenceClassification, BertTokenizer

    target = tmp_path_factory.mktemp("cross") / "encoder"
    target.mkdir()
    letters = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *map(chr, range(0xAC00, 0xAC40)), *"0123456789"]
    (target / "vocab.txt").write_text("\n".join(letters), "utf-8")
    torch.manual_seed(7)
    config = BertConfig(
        vocab_size=len(letters),
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=32,
        num_labels=1,
    )
    BertForSequenceClassification(config).save_pretrained(target)
    BertTokenizer(vocab_file=str(target / "vocab.txt")).save_pretrained(target)
    return target


def test_each_text_has_a_score_and_the_same_one_again(folder):
    reranker = CrossEncoderReranker(folder)
    scores = reranker.scores("가 각", ["갂 갃", "간", ""])
    assert len(scores) == 3
    assert all(map(math.isfinite, scores))
    assert scores == pytest.approx(CrossEncoderReranker(folder).scores("가 각", ["갂 갃", "간", ""]), abs=1e-5)
    assert reranker.scores("가", []) == []


def test_the_fingerprint_is_that_of_the_files(folder, tmp_path):
    first = CrossEncoderReranker(folder).fingerprint
    assert len(first) == 16
    assert CrossEncoderReranker(folder).fingerprint == first
    (folder / "note.txt").write_text("나중", "utf-8")
    assert CrossEncoderReranker(folder).fingerprint != first
    (folder / "note.txt").unlink()
    with pytest.raises(FileNotFoundError):
        CrossEncoderReranker(tmp_path)


def test_what_is_no_score_is_refused(folder, tmp_path):
    import shutil

    import torch
    from transformers import BertForSequenceClassification

    broken = tmp_path / "broken"
    shutil.copytree(folder, broken)
    model = BertForSequenceClassification.from_pretrained(broken)
    with torch.no_grad():
        model.classifier.weight.fill_(float("nan"))
    model.save_pretrained(broken)
    with pytest.raises(BrokenReranker):
        CrossEncoderReranker(broken).scores("가", ["각"])

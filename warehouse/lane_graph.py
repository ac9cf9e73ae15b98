"""A sentence-transformers model as one ONNX graph: from the tokens of one text to its unit vector.

One text at a time means no padding, hence no attention mask: the graph has a single input, `tokens` of shape (1, n).
"""

from pathlib import Path
from typing import Any

import numpy as np

from warehouse.lane_folder import SETTINGS, TOKENIZER


def export_graph(model: Any, path: Path, opset: int) -> None:
    """Write the whole computation of a `SentenceTransformer` on one unpadded text.

    Args:
        model: the loaded `SentenceTransformer`, on the processor, in float32.
        path: where the graph goes; large weights go beside it.
        opset: version of the ONNX operators.

    Raises:
        ValueError: its pooling leaves the prompt out, which a graph over tokens cannot know.
    """
    import torch

    if any(getattr(module, "include_prompt", True) is False for module in model):
        raise ValueError("pooling leaves the prompt out")

    class Whole(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.model = model

        def forward(self, tokens: Any) -> Any:
            features = {"input_ids": tokens, "attention_mask": torch.ones_like(tokens)}
            vector = self.model(features)["sentence_embedding"]
            return torch.nn.functional.normalize(vector, dim=-1)

    # Attention as plain products: the fused kernels of torch have no counterpart to export, and the runtime fuses its own.
    for module in model.modules():
        if hasattr(module, "set_attn_implementation"):
            module.set_attn_implementation("eager")
    tokens = torch.arange(5, 37)[None]
    torch.onnx.export(
        Whole().eval(),
        (tokens,),
        str(path),
        input_names=["tokens"],
        output_names=["vector"],
        dynamic_axes={"tokens": {1: "length"}},
        opset_version=opset,
        dynamo=False,
    )


def halve_tables(path: Path, largest_message: int) -> None:
    """Keep lookup tables in sixteen bits where that is exact; the rows looked up are made float32 again."""
    import onnx
    from onnx import helper, numpy_helper

    model = onnx.load(str(path))
    tables = {tensor.name: tensor for tensor in model.graph.initializer}
    uses = [name for node in model.graph.node for name in node.input]
    nodes: list[Any] = []
    for node in model.graph.node:
        nodes.append(node)
        table = tables.get(node.input[0]) if node.op_type == "Gather" else None
        if table is None or table.data_type != onnx.TensorProto.FLOAT or uses.count(table.name) > 1:
            continue
        full = numpy_helper.to_array(table)
        with np.errstate(over="ignore"):
            half = full.astype(np.float16)
        if not (half.astype(np.float32) == full).all():
            continue
        table.CopyFrom(numpy_helper.from_array(half, table.name))
        looked_up = node.output[0]
        node.output[0] = f"{looked_up}.half"
        nodes.append(
            helper.make_node("Cast", [node.output[0]], [looked_up], name=f"{node.name}.full", to=onnx.TensorProto.FLOAT)
        )
    del model.graph.node[:]
    model.graph.node.extend(nodes)
    _save(model, path, largest_message)


def quantise(path: Path, largest_message: int, samples: list[np.ndarray]) -> None:
    """Matrices and lookup tables in eight bits, a scale a column; what is multiplied with them is scaled at run time.

    Args:
        path: the graph, which is replaced.
        largest_message: bytes of weights above which they stand beside the graph.
        samples: tokens of typical texts, each of shape (1, n), that show which channels are large.
    """
    import onnx
    from onnxruntime.quantization import QuantType, quantize_dynamic

    smooth(path, largest_message, samples)
    is_large = _weight_bytes(onnx.load(str(path))) > largest_message
    full = path.with_name(f"full-{path.name}")
    path.rename(full)
    quantize_dynamic(
        str(full),
        str(path),
        weight_type=QuantType.QInt8,
        op_types_to_quantize=["MatMul", "Gather"],
        per_channel=True,
        use_external_data_format=is_large,
    )
    # Read and written once more, so that no other file is left beside the graph.
    _save(onnx.load(str(path)), path, largest_message)


def smooth(path: Path, largest_message: int, samples: list[np.ndarray]) -> None:
    """Move part of the size of large channels from what is multiplied into the matrix; the products stay what they were.

    One scale for a whole text leaves few of the 256 steps to ordinary channels where some are many times larger. Sharing
    the difference with the rows of the matrix halves what eight bits lose, and costs nothing that can be measured.
    """
    import onnx
    from onnx import helper, numpy_helper

    model = onnx.load(str(path))
    weights = {tensor.name: tensor for tensor in model.graph.initializer}
    users: dict[str, list[Any]] = {}
    for node in model.graph.node:
        if node.op_type == "MatMul" and node.input[1] in weights and list(weights[node.input[1]].dims)[1:]:
            users.setdefault(node.input[0], []).append(node)
    largest = _largest(path, {name: weights[nodes[0].input[1]].dims[0] for name, nodes in users.items()}, samples)
    scaled_before: dict[str, Any] = {}
    done: set[str] = set()
    for place, (name, nodes) in enumerate(users.items()):
        # A matrix that two places share cannot follow both; real models share none but their embeddings.
        if any(node.input[1] in done for node in nodes):
            continue
        matrices = [numpy_helper.to_array(weights[node.input[1]]) for node in nodes]
        rows = np.max([np.abs(matrix).max(axis=1) for matrix in matrices], axis=0)
        share = np.maximum(largest[name], _LEAST) ** _SHARE / np.maximum(rows, _LEAST) ** (1 - _SHARE)
        factor = np.clip(share / np.exp(np.log(share).mean()), 0.01, 100).astype(np.float32)
        model.graph.initializer.append(numpy_helper.from_array(1 / factor, f"{name}.factor"))
        step = helper.make_node("Mul", [name, f"{name}.factor"], [f"{name}.smooth"], name=f"smooth.{place}")
        scaled_before[nodes[0].name] = step
        for node, matrix in zip(nodes, matrices, strict=True):
            stored = weights[node.input[1]]
            stored.CopyFrom(numpy_helper.from_array(matrix * factor[:, None], stored.name))
            node.input[0] = f"{name}.smooth"
            done.add(stored.name)
    ordered = [step for node in model.graph.node for step in (scaled_before.get(node.name), node) if step is not None]
    del model.graph.node[:]
    model.graph.node.extend(ordered)
    _save(model, path, largest_message)


# Three quarters lost least of 0.5, 0.75, 0.85 and 1 on Korean paragraphs (benchmarks/embedding.py).
_SHARE = 0.75
_LEAST = 1e-5


def _largest(path: Path, widths: dict[str, int], samples: list[np.ndarray]) -> dict[str, np.ndarray]:
    """The largest absolute value of each channel of the named values over all samples."""
    import onnx
    import onnxruntime
    from onnx import helper, numpy_helper

    model = onnx.load(str(path), load_external_data=False)
    watched = {name: f"{name}.largest" for name in widths}
    for name, width in widths.items():
        model.graph.initializer.append(numpy_helper.from_array(np.array([-1, width], np.int64), f"{name}.shape"))
        model.graph.node.extend(
            [
                helper.make_node("Abs", [name], [f"{name}.absolute"]),
                helper.make_node("Reshape", [f"{name}.absolute", f"{name}.shape"], [f"{name}.rows"]),
                helper.make_node("ReduceMax", [f"{name}.rows"], [watched[name]], axes=[0], keepdims=0),
            ]
        )
        model.graph.output.append(helper.make_tensor_value_info(watched[name], onnx.TensorProto.FLOAT, None))
    watching = path.with_name(f"watched-{path.name}")
    onnx.save_model(model, str(watching))
    options: Any = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session: Any = onnxruntime.InferenceSession(str(watching), options, providers=["CPUExecutionProvider"])
    seen = [session.run(list(watched.values()), {"tokens": tokens}) for tokens in samples]
    watching.unlink()
    return {name: np.max([values[place] for values in seen], axis=0) for place, name in enumerate(widths)}


def _weight_bytes(model: Any) -> int:
    return sum(len(tensor.raw_data) for tensor in model.graph.initializer)


def _save(model: Any, path: Path, largest_message: int) -> None:
    """Replace the graph, with its weights in one file beside it if they are too large for a message."""
    import onnx

    for old in [old for old in path.parent.iterdir() if old.name not in (SETTINGS, TOKENIZER)]:
        old.unlink()
    if _weight_bytes(model) > largest_message:
        onnx.save_model(
            model, str(path), save_as_external_data=True, location=f"{path.name}.data", size_threshold=1_024
        )
    else:
        onnx.save_model(model, str(path))

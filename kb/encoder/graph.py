"""A torch module as a graph for OpenVINO."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import torch

FREE = -1
"""A side of any length."""


def write_graph(module: torch.nn.Module, inputs: dict[str, torch.Tensor], path: Path) -> None:
    """Convert a module, its weights in fp16.

    Args:
        module: takes the inputs in this order.
        inputs: an example of each; the first two sides, batch and length, may be any.
        path: the `.xml`; the weights come beside it.

    Raises:
        Exception: the converter's own, for an operation that it does not know.
    """
    import openvino
    import torch
    from openvino.tools.ovc import convert_model

    with torch.no_grad(), warnings.catch_warnings():
        # Tracing warns of shapes that it took for constants; whoever uses the graph compares its vectors.
        warnings.simplefilter("ignore")
        graph = convert_model(module.eval(), example_input=inputs)
    for port, (name, example) in zip(graph.inputs, inputs.items(), strict=True):
        port.get_tensor().set_names({name})
        port.get_node().set_partial_shape(openvino.PartialShape([FREE, FREE, *example.shape[2:]]))
    graph.validate_nodes_and_infer_types()
    openvino.save_model(graph, path, compress_to_fp16=True)

"""Computing a recorded graph anew from its leaves' current data."""

from __future__ import annotations

from autograd.anomaly import report_value
from autograd.native import vec
from autograd.order import topological_order
from autograd.recording import is_detecting_anomalies

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    # Nodes are Values, and the native build is quickest to tell a node's exact type.
    from autograd.value import Value


def forward(output: Value) -> float:
    """Compute every node below output anew or, after an exception, none; return its data.

    No lock is held meanwhile, and no count in use: a user's operation may take derivatives of
    its own.
    """
    order: list[Any] = topological_order(output)
    nodes: list[Value] = [node for node in order if node._op is not None]
    zeros = [0.0] * len(nodes)
    data, da, db = vec[float](zeros), vec[float](zeros), vec[float](zeros)  # as they were
    more: list[Any] = [None] * len(nodes)
    done = 0
    try:
        for node in nodes:
            data[done], da[done], db[done], more[done] = node._stored()
            done += 1
            now, now_da, now_db, now_more = node._computed()
            if now - now != 0.0:
                _report(node, now)
            node._store(now, now_da, now_db, now_more)
    except BaseException:
        for k in range(done):
            nodes[k]._store(data[k], da[k], db[k], more[k])
        raise
    return output._data


def _report(node: Value, data: float) -> None:
    op = node._op
    assert op is not None
    report_value(op, node.operands, data, is_detecting_anomalies())

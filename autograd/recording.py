"""What the recording modes are set to; `modes` has the context managers that set them.

A mode belongs to the running thread or task (a ContextVar), which is slow to ask. So a
plain counter says whether any mode is on anywhere; while it is zero nobody asks further.
"""

from __future__ import annotations

from contextvars import ContextVar

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Final

    from autograd.native import i32


class _Count:
    """How many are at work, over all threads; of modes also how many of each kind."""

    __slots__ = ("count", "detectors", "pauses", "scopes")

    def __init__(self) -> None:
        self.count: i32 = 0
        self.pauses: i32 = 0
        self.scopes: i32 = 0
        self.detectors: i32 = 0


ACTIVE: Final = _Count()  # modes that are entered
RECORDERS: Final = _Count()  # functions being compiled: placeholders are asked before Values

RECORDING: Final[ContextVar[bool]] = ContextVar("recording", default=True)
SCOPE: Final[ContextVar[str]] = ContextVar("scope", default="")
DETECTING: Final[ContextVar[bool]] = ContextVar("detecting anomalies", default=False)
QUIET: Final[ContextVar[bool]] = ContextVar("reporting no values", default=False)
# What differentiates the function that is being compiled; None where none is.
COMPILING: Final[ContextVar[Any]] = ContextVar("compiling", default=None)


def is_recording() -> bool:
    """Tell whether operations are recorded here, that is, not under `no_grad`."""
    return RECORDING.get()


def current_scope() -> str:
    """Return the names of the scopes around, joined by "/"; "" outside of any."""
    return SCOPE.get()


def is_detecting_anomalies() -> bool:
    """Tell whether `detect_anomaly` is on here."""
    return ACTIVE.count > 0 and DETECTING.get()

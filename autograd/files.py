"""Writing a file whole or not at all."""

from __future__ import annotations

import os
import threading
from pathlib import Path


def replace_file(
    path: Path, content: bytes, what: str = "drawing", *, is_durable: bool = False
) -> None:
    """Write a file beside the path and put it in its place in one move.

    Args:
        path: where it is to stand.
        content: all of it.
        what: what an error says cannot be written.
        is_durable: wait until the disk has it, so that the move never comes before the content
            when the power fails.

    Raises:
        OSError: it cannot be written; what stood there is as it was.
    """
    path = path.resolve()  # a link stays a link
    temporary = path.with_name(f".{path.name}.{os.getpid()}-{threading.get_ident()}.tmp")
    try:
        if path.exists() and not os.access(path, os.W_OK):
            raise PermissionError(13, os.strerror(13))
        try:
            with temporary.open("wb") as file:
                file.write(content)
                if is_durable:
                    file.flush()
                    os.fsync(file.fileno())
            temporary.replace(path)
        finally:
            temporary.unlink(missing_ok=True)
    except OSError as error:
        raise type(error)(
            error.errno, f"cannot write the {what}: {error.strerror}", str(path)
        ) from None

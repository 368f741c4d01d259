"""What a function returns, taken apart into arrays of scalars and put together again.

A number or list of lists of numbers, all of one length, is one array; other lists, tuples and
dicts hold several. A `Tree` has the place of an array where the array stands.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograd.condition import Condition
from autograd.scalar import Scalar

Shape = tuple[int, ...]
Tree = Any


@dataclass
class Results:
    """The arrays that a function returns for one sample, and how they are nested.

    Attributes:
        tree: the structure, with the place of an array in its place.
        shapes: of the arrays.
    """

    tree: Tree
    shapes: list[Shape]

    def shown(self, results: Any) -> Any:
        """Return what a program gives in the user's own structure; a scalar as a float.

        The program has plain tuples for named ones, and on JAX dicts in another order.
        """

        def like(tree: Tree, x: Any) -> Any:
            if isinstance(tree, dict):
                return {key: like(item, x[key]) for key, item in tree.items()}
            if isinstance(tree, (list, tuple)):
                return _like(tree, [like(*pair) for pair in zip(tree, x)])
            return x if x.ndim else float(x)

        return like(self.tree, results)

    def sizes(self) -> list[int]:
        return [int(np.prod(shape, dtype=int)) for shape in self.shapes]


def taken_apart(result: Any) -> tuple[Results, list[Any]]:
    """Return how a function's result is nested, and all its scalars in a row.

    Raises:
        TypeError: something inside is no scalar.

    >>> taken_apart((1.0, {"a": [[1, 2], [3, 4]]}))
    (Results(tree=(0, {'a': 1}), shapes=[(), (2, 2)]), [1.0, 1, 2, 3, 4])
    """
    shapes: list[Shape] = []
    scalars: list[Any] = []

    def tree(x: Any, what: str) -> Tree:
        shape = _shape(x)
        if shape is not None:
            scalars.extend(_flat(x))
            shapes.append(shape)
            return len(shapes) - 1
        if isinstance(x, dict):
            if not (all(type(key) is str for key in x) or all(type(key) is int for key in x)):
                # They are written into the source, and JAX sorts them.
                raise TypeError(f"{what} has the keys {list(x)!r:.60}: all str or all int")
            return {key: tree(item, f"{what}[{key!r}]") for key, item in x.items()}
        if isinstance(x, (list, tuple)):
            items = [tree(item, f"{what}[{i}]") for i, item in enumerate(x)]
            return _like(x, items)
        hint = ": is a return statement missing?" if x is None else ""
        raise TypeError(
            "a function to compile with reduce=None must return scalars, in lists, tuples, "
            f"dicts and arrays; {what} is {x!r:.60} of type {type(x).__name__}{hint}"
        )

    return Results(tree(result, "the result"), shapes), scalars


def mapped(f: Callable[[Any], Any], tree: Tree) -> Any:
    """Return a tree with f of everything that it holds."""
    if isinstance(tree, dict):
        return {key: mapped(f, x) for key, x in tree.items()}
    if isinstance(tree, (list, tuple)):
        return _like(tree, [mapped(f, x) for x in tree])
    return f(tree)


def leaves(tree: Tree) -> Iterator[Any]:
    """Yield everything that a tree holds, in order."""
    if isinstance(tree, dict):
        tree = tree.values()
    elif not isinstance(tree, (list, tuple)):
        yield tree
        return
    for x in tree:
        yield from leaves(x)


def literal(tree: Tree, texts: list[str]) -> str:
    """Return a tree as source text; named tuples are plain ones there."""
    if isinstance(tree, dict):
        return f"{{{', '.join(f'{key!r}: {literal(x, texts)}' for key, x in tree.items())}}}"
    if isinstance(tree, list):
        return f"[{', '.join(literal(x, texts) for x in tree)}]"
    if isinstance(tree, tuple):
        items = [literal(x, texts) for x in tree]
        return f"({items[0]},)" if len(items) == 1 else f"({', '.join(items)})"
    return texts[tree]


def _like(x: Any, items: list[Any]) -> Any:
    """Return other items in a list or tuple, which may be a named one."""
    make = getattr(type(x), "_make", type(x))
    return make(items)


def _shape(x: Any) -> Shape | None:
    """Return the shape of what is one array; None where it is no array."""
    if isinstance(x, (Scalar, Condition, int, float, np.number, np.bool_)):
        return ()
    if isinstance(x, np.ndarray):
        return x.shape if all(_shape(item) == () for item in x.flat) else None
    if isinstance(x, list):
        shapes = [_shape(item) for item in x]
        if None not in shapes and len({*shapes}) < 2:
            return (len(x), *(shapes[0] or () if shapes else ()))
    return None


def _flat(x: Any) -> Iterator[Any]:
    if isinstance(x, np.ndarray):
        yield from x.ravel().tolist()
    elif isinstance(x, list):
        for item in x:
            yield from _flat(item)
    else:
        yield x

# Printed by tests/stubs.py from the table of operations: change that, and print it again.

from collections.abc import Iterable
from typing import Any, Final, overload

from numpy.typing import NDArray

from autograd.check import GradientCheck as GradientCheck
from autograd.check import check_gradients as check_gradients
from autograd.compiler import Program as Program
from autograd.compiler import compile as compile
from autograd.condition import Condition as Condition
from autograd.drawing import Drawing as Drawing
from autograd.drawing import draw as draw
from autograd.errors import AnomalyError as AnomalyError
from autograd.errors import DomainError as DomainError
from autograd.errors import GradientError as GradientError
from autograd.errors import GraphSizeError as GraphSizeError
from autograd.errors import StaleGraphError as StaleGraphError
from autograd.explanation import Derivation as Derivation
from autograd.explanation import Exercise as Exercise
from autograd.explanation import Table as Table
from autograd.explanation import explain as explain
from autograd.explanation import table as table
from autograd.exploration import Exploration as Exploration
from autograd.exploration import explore as explore
from autograd.expression import Label as Label
from autograd.functional import grad as grad
from autograd.functional import gradient as gradient
from autograd.functional import hessian as hessian
from autograd.functional import hvp as hvp
from autograd.functional import jacobian as jacobian
from autograd.functional import jvp as jvp
from autograd.functional import value_and_grad as value_and_grad
from autograd.modes import detect_anomaly as detect_anomaly
from autograd.modes import no_grad as no_grad
from autograd.modes import scope as scope
from autograd.op import Op as Op
from autograd.op import Reduction as Reduction
from autograd.order import topological_order as topological_order
from autograd.value import Value as Value

__all__ = [
    "Condition",
    "Label",
    "Op",
    "Reduction",
    "Value",
    "check_gradients",
    "detect_anomaly",
    "draw",
    "explain",
    "explore",
    "grad",
    "gradient",
    "hessian",
    "hvp",
    "jacobian",
    "jvp",
    "no_grad",
    "scope",
    "table",
    "topological_order",
    "value_and_grad",
    "AnomalyError",
    "DomainError",
    "GradientError",
    "GraphSizeError",
    "StaleGraphError",
    "acos",
    "acosh",
    "asin",
    "asinh",
    "atan",
    "atan2",
    "atanh",
    "cbrt",
    "ceil",
    "clamp",
    "cos",
    "cosh",
    "digamma",
    "dot",
    "elu",
    "erf",
    "erfc",
    "erfinv",
    "exp",
    "exp2",
    "expm1",
    "floor",
    "gelu",
    "hypot",
    "leaky_relu",
    "lgamma",
    "log",
    "log10",
    "log1p",
    "log2",
    "log_sigmoid",
    "logsumexp",
    "maximum",
    "mean",
    "minimum",
    "mish",
    "norm",
    "polygamma",
    "prod",
    "reciprocal",
    "relu",
    "remainder",
    "sigmoid",
    "sign",
    "silu",
    "sin",
    "sinh",
    "softmax",
    "softplus",
    "softsign",
    "sqrt",
    "square",
    "tan",
    "tanh",
    "trunc",
    "where",
]
is_native: Final[bool]

class _Of_x(Op):
    @overload
    def __call__(self, x: Value) -> Value: ...
    @overload
    def __call__(self, x: float) -> float: ...
    @overload
    def __call__(self, x: NDArray[Any]) -> NDArray[Any]: ...

acos: Final[_Of_x]
acosh: Final[_Of_x]
asin: Final[_Of_x]
asinh: Final[_Of_x]
atan: Final[_Of_x]
atanh: Final[_Of_x]
cbrt: Final[_Of_x]
ceil: Final[_Of_x]
cos: Final[_Of_x]
cosh: Final[_Of_x]
digamma: Final[_Of_x]
erf: Final[_Of_x]
erfc: Final[_Of_x]
erfinv: Final[_Of_x]
exp: Final[_Of_x]
exp2: Final[_Of_x]
expm1: Final[_Of_x]
floor: Final[_Of_x]
gelu: Final[_Of_x]
lgamma: Final[_Of_x]
log: Final[_Of_x]
log10: Final[_Of_x]
log1p: Final[_Of_x]
log2: Final[_Of_x]
log_sigmoid: Final[_Of_x]
mish: Final[_Of_x]
reciprocal: Final[_Of_x]
relu: Final[_Of_x]
sigmoid: Final[_Of_x]
sign: Final[_Of_x]
silu: Final[_Of_x]
sin: Final[_Of_x]
sinh: Final[_Of_x]
softplus: Final[_Of_x]
softsign: Final[_Of_x]
sqrt: Final[_Of_x]
square: Final[_Of_x]
tan: Final[_Of_x]
tanh: Final[_Of_x]
trunc: Final[_Of_x]

class _Of_y_x(Op):
    @overload
    def __call__(self, y: Value, x: Value | float) -> Value: ...
    @overload
    def __call__(self, y: float, x: Value) -> Value: ...
    @overload
    def __call__(self, y: float, x: float) -> float: ...
    @overload
    def __call__(self, y: NDArray[Any], x: Value | float | NDArray[Any]) -> NDArray[Any]: ...
    @overload
    def __call__(self, y: Value | float, x: NDArray[Any]) -> NDArray[Any]: ...

atan2: Final[_Of_y_x]

class _Of_x_low_high(Op):
    @overload
    def __call__(self, x: Value, low: Value | float = ..., high: Value | float = ...) -> Value: ...
    @overload
    def __call__(self, x: float, low: Value, high: Value | float = ...) -> Value: ...
    @overload
    def __call__(self, x: float, low: float, high: Value) -> Value: ...
    @overload
    def __call__(self, x: float, low: float = ..., high: float = ...) -> float: ...
    @overload
    def __call__(
        self,
        x: NDArray[Any],
        low: Value | float | NDArray[Any] = ...,
        high: Value | float | NDArray[Any] = ...,
    ) -> NDArray[Any]: ...
    @overload
    def __call__(
        self, x: Value | float, low: NDArray[Any], high: Value | float | NDArray[Any] = ...
    ) -> NDArray[Any]: ...
    @overload
    def __call__(
        self, x: Value | float, low: Value | float, high: NDArray[Any]
    ) -> NDArray[Any]: ...

clamp: Final[_Of_x_low_high]

class _OfRows_x_y(Reduction):
    @overload
    def __call__(self, x: NDArray[Any], y: NDArray[Any]) -> Any: ...
    @overload
    def __call__(self, x: Iterable[Value], y: Iterable[Value]) -> Value: ...
    @overload
    def __call__(self, x: Iterable[float], y: Iterable[float]) -> float: ...  # type: ignore[overload-overlap]
    @overload
    def __call__(self, x: Iterable[Value | float], y: Iterable[Value | float]) -> Value: ...
    @overload
    def __call__(self, x: Iterable[NDArray[Any]], y: Iterable[NDArray[Any]]) -> NDArray[Any]: ...

dot: Final[_OfRows_x_y]

class _Of_x_alpha(Op):
    @overload
    def __call__(self, x: Value, alpha: Value | float = ...) -> Value: ...
    @overload
    def __call__(self, x: float, alpha: Value) -> Value: ...
    @overload
    def __call__(self, x: float, alpha: float = ...) -> float: ...
    @overload
    def __call__(
        self, x: NDArray[Any], alpha: Value | float | NDArray[Any] = ...
    ) -> NDArray[Any]: ...
    @overload
    def __call__(self, x: Value | float, alpha: NDArray[Any]) -> NDArray[Any]: ...

elu: Final[_Of_x_alpha]

class _Of_x_y(Op):
    @overload
    def __call__(self, x: Value, y: Value | float) -> Value: ...
    @overload
    def __call__(self, x: float, y: Value) -> Value: ...
    @overload
    def __call__(self, x: float, y: float) -> float: ...
    @overload
    def __call__(self, x: NDArray[Any], y: Value | float | NDArray[Any]) -> NDArray[Any]: ...
    @overload
    def __call__(self, x: Value | float, y: NDArray[Any]) -> NDArray[Any]: ...

hypot: Final[_Of_x_y]
maximum: Final[_Of_x_y]
minimum: Final[_Of_x_y]
remainder: Final[_Of_x_y]

class _Of_x_slope(Op):
    @overload
    def __call__(self, x: Value, slope: Value | float = ...) -> Value: ...
    @overload
    def __call__(self, x: float, slope: Value) -> Value: ...
    @overload
    def __call__(self, x: float, slope: float = ...) -> float: ...
    @overload
    def __call__(
        self, x: NDArray[Any], slope: Value | float | NDArray[Any] = ...
    ) -> NDArray[Any]: ...
    @overload
    def __call__(self, x: Value | float, slope: NDArray[Any]) -> NDArray[Any]: ...

leaky_relu: Final[_Of_x_slope]

class _OfRows_xs(Reduction):
    @overload
    def __call__(self, xs: NDArray[Any]) -> Any: ...
    @overload
    def __call__(self, xs: Iterable[Value]) -> Value: ...
    @overload
    def __call__(self, xs: Iterable[float]) -> float: ...  # type: ignore[overload-overlap]
    @overload
    def __call__(self, xs: Iterable[Value | float]) -> Value: ...
    @overload
    def __call__(self, xs: Iterable[NDArray[Any]]) -> NDArray[Any]: ...

logsumexp: Final[_OfRows_xs]
max: Final[_OfRows_xs]
mean: Final[_OfRows_xs]
min: Final[_OfRows_xs]
norm: Final[_OfRows_xs]
prod: Final[_OfRows_xs]
sum: Final[_OfRows_xs]

class _Of_order_x(Op):
    @overload
    def __call__(self, order: Value, x: Value | float) -> Value: ...
    @overload
    def __call__(self, order: float, x: Value) -> Value: ...
    @overload
    def __call__(self, order: float, x: float) -> float: ...
    @overload
    def __call__(self, order: NDArray[Any], x: Value | float | NDArray[Any]) -> NDArray[Any]: ...
    @overload
    def __call__(self, order: Value | float, x: NDArray[Any]) -> NDArray[Any]: ...

polygamma: Final[_Of_order_x]

class _Of_condition_x_y(Op):
    @overload
    def __call__(
        self, condition: Condition | Value, x: Value | float, y: Value | float
    ) -> Value: ...
    @overload
    def __call__(self, condition: float, x: Value, y: Value | float) -> Value: ...
    @overload
    def __call__(self, condition: float, x: float, y: Value) -> Value: ...
    @overload
    def __call__(self, condition: float, x: float, y: float) -> float: ...
    @overload
    def __call__(
        self,
        condition: NDArray[Any],
        x: Value | float | NDArray[Any],
        y: Value | float | NDArray[Any],
    ) -> NDArray[Any]: ...
    @overload
    def __call__(
        self, condition: Condition | Value | float, x: NDArray[Any], y: Value | float | NDArray[Any]
    ) -> NDArray[Any]: ...
    @overload
    def __call__(
        self, condition: Condition | Value | float, x: Value | float, y: NDArray[Any]
    ) -> NDArray[Any]: ...

where: Final[_Of_condition_x_y]

@overload
def softmax(xs: NDArray[Any]) -> list[Any]: ...
@overload
def softmax(xs: Iterable[Value]) -> list[Value]: ...
@overload
def softmax(xs: Iterable[float]) -> list[float]: ...  # type: ignore[overload-overlap]
@overload
def softmax(xs: Iterable[Value | float]) -> list[Value]: ...
@overload
def softmax(xs: Iterable[NDArray[Any]]) -> list[NDArray[Any]]: ...

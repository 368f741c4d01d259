"""Every sentence that explanations, drawings and the command line say: one table.

The Chinese is that of the source documents: 前向传播, 反向传播, 链式法则, 梯度, 计算图, 节点,
偏导数, 求和. Formulas, numbers and labels are put in as they are; errors stay English, as
Python's own.
"""

from __future__ import annotations

from autograd.language.phrase import Phrase

# --- explanations -----------------------------------------------------------------------

FORWARD_PASS = Phrase("Forward pass", "前向传播")
BACKWARD_PASS = Phrase("Backward pass", "反向传播")
STEP = Phrase("Step {i}: {gradient}", "第 {i} 步：{gradient}")
LEAF_ALONE = Phrase(
    "{output} is a leaf: there is nothing to explain.",
    "{output} 是叶节点：没有什么要解释的。",
)
LEAF_WITHOUT_RECORD = Phrase(
    "{output} is a leaf, as made under no_grad: it has no record of {x}.",
    "{output} 是叶节点（如在 no_grad 下得到的）：它没有关于 {x} 的记录。",
)
INDEPENDENT = Phrase(
    "{output} does not depend on {x}.",
    "{output} 不依赖于 {x}。",
)
NO_GRADIENT_PASSES = Phrase(
    "{x} acts on {output} only through operations that pass no gradient.",
    "{x} 只通过不传递梯度的运算影响 {output}。",
)
CONSUMERS = Phrase(
    "{x} feeds {consumers}, so their contributions add.",
    "{x} 同时影响 {consumers}，因此它们的贡献要相加。",
)
MANY_CONSUMERS = Phrase(
    "{x} feeds {consumers} ({n} in all), so their contributions add.",
    "{x} 同时影响 {consumers}（共 {n} 个），因此它们的贡献要相加。",
)
ONLY_THROUGH = Phrase(
    "{x} acts on {output} only through {through}, and {unit}.",
    "{x} 只通过 {through} 影响 {output}，并且 {unit}。",
)
ONLY_THROUGH_SO = Phrase(
    "{x} acts on {output} only through {through}, and {unit}, so {equal}.",
    "{x} 只通过 {through} 影响 {output}，并且 {unit}，所以 {equal}。",
)
DIRECT = Phrase(
    "{direct} is the direct part of {total}, with {held} held fixed.",
    "{direct} 是 {total} 的直接部分：保持 {held} 不变。",
)
SHORTENED = Phrase(
    "Dots stand for terms left out; a max_terms above {n} shows more.",
    "省略号代表略去的项；max_terms 大于 {n} 时显示得更多。",
)
SINCE = Phrase("since", "因为")
LEFT_OUT = Phrase("is the sum of those left out", "是略去各项之和")
LISTED = Phrase(", ", "、")
LAST_LISTED = Phrase(" and ", " 和 ")

SUM_OF_PASSES = Phrase("sum of {n} passes", "{n} 次反向传播之和")
GRAD_IS_A_SUM = Phrase(
    "The grad of {x} is {grad}, the sum of {n} passes: set it to 0 before backward(), as "
    "zero_grad() does.",
    "{x} 的 grad 是 {grad}，即 {n} 次反向传播之和：先像 zero_grad() 那样清零，再调用 backward()。",
)
GRADS_ARE_SUMS = Phrase(
    "The grads of {names} are sums of {n} passes: set them to 0 before backward(), as zero_grad() "
    "does.",
    "{names} 的 grad 是 {n} 次反向传播之和：先像 zero_grad() 那样清零，再调用 backward()。",
)
EXERCISE = Phrase("Exercise", "练习")
GIVEN_NUMBERS = Phrase("Given: {numbers}.", "已知：{numbers}。")
FILL_IN_NUMBERS = Phrase(
    "Fill in the numbers, with {n} digits after the point.",
    "填写数值，保留小数点后 {n} 位。",
)
FILL_IN_FORMULAS = Phrase("Fill in the formulas.", "填写公式。")
FILL_IN_BOTH = Phrase(
    "Fill in the formulas and the numbers, these with {n} digits after the point.",
    "填写公式和数值，数值保留小数点后 {n} 位。",
)

# --- drawings ---------------------------------------------------------------------------

COMPUTATION_GRAPH = Phrase(
    "computation graph of {output}, {n} boxes",
    "{output} 的计算图，共 {n} 个方框",
)
A_VALUE = Phrase("a value", "一个值")
OUTPUT = Phrase("output", "输出")
LEAF = Phrase("leaf", "叶节点")
VALUE = Phrase("value", "值")
LEGEND_GRADIENT = Phrase("± gradient ∂{output}/∂node", "± 梯度 ∂{output}/∂节点")
LEGEND_DERIVATIVE = Phrase("local derivative, on the edge", "边上：局部导数")
BOX_VALUE = Phrase("value {x}", "值 {x}")
BOX_GRADIENT = Phrase("gradient {x}", "梯度 {x}")
EDGE_DERIVATIVE = Phrase("{edge}: local derivative {x}", "{edge}：局部导数 {x}")
EDGE_WITHOUT_GRADIENT = Phrase("{edge}: carries no gradient", "{edge}：不传递梯度")
GIVEN = Phrase("The values of the leaves are given.", "叶节点的值是已知的。")
FLOWS_THROUGH = Phrase("{box}: gradients flow back through it.", "{box}：梯度经过它回传。")
WITH_EARLIER_PASSES = Phrase(
    "{sentence}; the grad of {box} is {grad}, the sum of {n} passes",
    "{sentence}；{box} 的 grad 是 {grad}，即 {n} 次反向传播之和",
)
OPERATIONS = Phrase("{n} operations", "{n} 个运算")
ONE_OPERATION = Phrase("1 operation", "1 个运算")
LEAVES = Phrase("{n} leaves", "{n} 个叶节点")
ONE_LEAF = Phrase("1 leaf", "1 个叶节点")
MORE = Phrase("… {n} more", "… 另有 {n} 个")
MORE_ALIKE = Phrase("Σ of {n} more alike", "另外 {n} 个同样的项之和")
TRUE, FALSE = Phrase("true", "真"), Phrase("false", "假")
NO_PATH = Phrase(
    "{gradient} = 0: no path carries a gradient from there",
    "{gradient} = 0：没有路径从那里传递梯度",
)
ONE_PATH = Phrase("{product}  along {path}", "{product}  沿路径 {path}")
SUM_OF_PATHS = Phrase(
    "{gradient} = {total}, the sum over these {n} paths",
    "{gradient} = {total}，对这 {n} 条路径求和",
)
SUM_OF_MANY_PATHS = Phrase(
    "{gradient} = {total}, the sum over {n} paths",
    "{gradient} = {total}，对 {n} 条路径求和",
)
PICTURE_OF_MANY = Phrase("{i} of {n}: {title}", "第 {i} 幅，共 {n} 幅：{title}")

# --- the command line ---------------------------------------------------------------------

GRADIENT = Phrase("gradient", "梯度")
DIFFERENCE = Phrase("difference", "差分")
ERROR = Phrase("error", "误差")
AGREES = Phrase(
    "The gradient agrees with them: central differences of the formula.",
    "梯度与公式的中心差分一致。",
)
DIFFERS = Phrase(
    "The gradient DIFFERS from them, as it may at a kink, where a value is not finite, or "
    "where the formula bends too much within one difference: central differences of the formula.",
    "梯度与公式的中心差分不一致；在折点处、值不是有限数处，或公式在一个差分步长内弯曲太大时会这样。",
)

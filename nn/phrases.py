"""Every sentence that the worked example's command line says: one table, as autograd's own."""

from __future__ import annotations

from autograd.language import Phrase

HEADING = Phrase(
    """\
The 2-2-2 net of the worked example: learning rate 0.5, biases fixed.
document: the Chinese text, which breaks off in the hidden layer;
original: the English text it translates, Matt Mazur's "A Step by Step Backpropagation Example".
""",
    """\
示例的 2-2-2 网络：学习率 0.5，偏置固定不变。
文档：中文译文，在隐层处中断；
原文：它所翻译的英文博文，Matt Mazur 的 "A Step by Step Backpropagation Example"。
""",
)
QUANTITY = Phrase("  quantity", "  量")
PRINTED = Phrase("printed", "印出值")
OURS = Phrase("ours", "计算值")
EXACT = Phrase("exact", "精确值")
DIFFERENCE = Phrase("difference", "差")
PRINTED_IN = Phrase("printed in", "出处")
DOCUMENT = Phrase("document", "文档")
ORIGINAL = Phrase("original", "原文")
FORWARD_PASS = Phrase("Forward pass", "前向传播")
ERRORS = Phrase("Errors", "误差")
OUTPUT_LAYER = Phrase("Output layer: the chain for w5", "输出层：w5 的链式法则")
HIDDEN_LAYER = Phrase("Hidden layer: the chain for w1", "隐层：w1 的链式法则")
UPDATED = Phrase("Weights after one update", "更新一次后的权重")
TRAINING = Phrase("Training", "训练")
AFTER_ONE = Phrase("E after {n} update", "更新 {n} 次后的 E")
AFTER = Phrase("E after {n} updates", "更新 {n} 次后的 E")
SLIP = Phrase("slip {k}", "笔误 {k}")
DISAGREES = Phrase("DISAGREES", "不一致")
NOTE = Phrase("slip {k}: {quantity}: {slip}.", "笔误 {k}（{quantity}）：{slip}。")
ROUNDED_WRONGLY = Phrase(
    "rounded wrongly in the last digit: −0.0190491182… rounds to −0.019049118",
    "末位舍入有误：−0.0190491182… 应舍入为 −0.019049118",
)
ROUNDING_SLIP = Phrase(
    "a rounding slip: with the weights above, as printed or exact, the error is 0.29102777…",
    "舍入造成的笔误：用上面的权重，无论取印出的还是精确的，误差都是 0.29102777…",
)
COUNTER_SLIP = Phrase(
    "its counter is one early: this is the error after 9 999 updates",
    "计数早了一次：这是更新 9 999 次后的误差",
)
AGREES = Phrase(
    "All figures agree in every printed digit, but for the {n} slips above, where ours has the "
    "right digits.",
    "除上面的 {n} 处笔误外（那里计算值才是对的），所有数值与印出的每一位都一致。",
)
DISAGREE = Phrase(
    "These disagree with the printed figures: {quantities}",
    "这些量与印出的数值不一致：{quantities}",
)
EXERCISE_SAVED = Phrase(
    "The exercise is in {path}, its solution in {solution}",
    "练习在 {path} 中，解答在 {solution} 中",
)
DRAWN = Phrase(
    "The graph before the first update is drawn in {path}",
    "第一次更新之前的计算图画在 {path} 中",
)

"""A character-level GPT, trained on a list of names, in scalar arithmetic alone.

Every number of the network is a `Value`: attention, RMS norm, softmax and Adam are written
out below with `+ - * / **`, `exp`, `log` and `dot`. Run it:

    python character_gpt.py --steps 200
"""

from __future__ import annotations

import argparse
import random
import time

from autograd import Value, dot, no_grad, relu, softmax
from autograd import sum as sum_values

NAMES = """ada alan albert alice amalie andrew anna augusta barbara bernhard blaise carl
charles christiaan david dorothy edmond edsger emmy ernst euclid evariste felix florence
frances george georg grace hannah henri hermann hypatia isaac jacob james jean joan johann
john joseph julia karen karl katherine kurt leonhard lise luigi maria marie mary max
maryam michael niels noam olga oliver otto paul pierre rene richard robert rosalind
sofia sophie srinivasa stefan terence thomas vera werner wilhelm""".split()

Vector = list[Value]
Matrix = list[Vector]


def matrix(rows: int, columns: int, draw: random.Random, scale: float = 0.2) -> Matrix:
    return [[Value(draw.gauss(0.0, scale)) for _ in range(columns)] for _ in range(rows)]


def linear(x: Vector, w: Matrix) -> Vector:
    return [dot(row, x) for row in w]


def rms_norm(x: Vector) -> Vector:
    """Scale x to a root mean square of 1."""
    scale = (dot(x, x) / len(x) + 1e-5) ** -0.5
    return [xi * scale for xi in x]


class GPT:
    """A transformer with causal self-attention, read one character at a time.

    Args:
        vocabulary: how many different tokens there are.
        block: the longest text it can see, in tokens.
        width: the size of a token's vector; a multiple of `heads`.
        heads, layers: how many attention heads in how many layers.
        seed: for the starting weights.
    """

    def __init__(
        self, vocabulary: int, block: int = 12, width: int = 16, heads: int = 4, layers: int = 1,
        seed: int = 0,
    ) -> None:  # fmt: skip
        draw = random.Random(seed)
        self.heads, self.block = heads, block
        self.weights: dict[str, Matrix] = {
            "token": matrix(vocabulary, width, draw),
            "position": matrix(block, width, draw),
            "head": matrix(vocabulary, width, draw),
        }
        for i in range(layers):
            for name in ("query", "key", "value", "mix"):
                self.weights[f"{name}{i}"] = matrix(width, width, draw)
            self.weights[f"expand{i}"] = matrix(4 * width, width, draw)
            self.weights[f"shrink{i}"] = matrix(width, 4 * width, draw)
        self.layers = layers

    def parameters(self) -> Vector:
        return [w for rows in self.weights.values() for row in rows for w in row]

    def attention(self, x: Vector, layer: int, keys: Matrix, values: Matrix) -> Vector:
        """Mix the values of all characters so far, weighted by how their keys fit the query."""
        query = linear(x, self.weights[f"query{layer}"])
        keys.append(linear(x, self.weights[f"key{layer}"]))
        values.append(linear(x, self.weights[f"value{layer}"]))
        size = len(x) // self.heads
        mixed: Vector = []
        for start in range(0, len(x), size):
            part = slice(start, start + size)
            scores = [dot(query[part], key[part]) * size**-0.5 for key in keys]
            weights = softmax(scores)
            mixed += [dot(weights, [v[j] for v in values]) for j in range(start, start + size)]
        return linear(mixed, self.weights[f"mix{layer}"])

    def __call__(self, token: int, position: int, cache: list[tuple[Matrix, Matrix]]) -> Vector:
        """Return the logits of the next token, and keep this one's keys and values in cache."""
        w = self.weights
        x = [t + p for t, p in zip(w["token"][token], w["position"][position])]
        for i, (keys, values) in enumerate(cache):
            attended = self.attention(rms_norm(x), i, keys, values)
            x = [a + b for a, b in zip(x, attended)]
            hidden = [relu(h) for h in linear(rms_norm(x), w[f"expand{i}"])]
            x = [a + b for a, b in zip(x, linear(hidden, w[f"shrink{i}"]))]
        return linear(rms_norm(x), w["head"])

    def empty_cache(self) -> list[tuple[Matrix, Matrix]]:
        return [([], []) for _ in range(self.layers)]

    def loss(self, tokens: list[int]) -> Value:
        """Return the mean cross-entropy of predicting each token from those before it."""
        cache = self.empty_cache()
        count = min(len(tokens) - 1, self.block)
        losses = []
        for position in range(count):
            probabilities = softmax(self(tokens[position], position, cache))
            losses.append(-probabilities[tokens[position + 1]].log())
        return sum_values(losses) / count


class Adam:
    """Adam with a learning rate that falls linearly to zero."""

    def __init__(self, parameters: Vector, rate: float = 0.02, steps: int = 1000) -> None:
        self.parameters, self.rate, self.steps, self.t = parameters, rate, steps, 0
        self.first = [0.0] * len(parameters)
        self.second = [0.0] * len(parameters)

    def step(self) -> None:
        self.t += 1
        rate = self.rate * max(0.0, 1.0 - self.t / self.steps)
        for i, p in enumerate(self.parameters):
            m = self.first[i] = 0.9 * self.first[i] + 0.1 * p.grad
            v = self.second[i] = 0.99 * self.second[i] + 0.01 * p.grad**2
            p.data -= rate * (m / (1 - 0.9**self.t)) / ((v / (1 - 0.99**self.t)) ** 0.5 + 1e-8)
            p.grad = 0.0


class Alphabet:
    """The characters of the names as tokens; token 0 begins and ends a name."""

    def __init__(self, names: list[str]) -> None:
        self.characters = ["."] + sorted(set("".join(names)))

    def encode(self, name: str) -> list[int]:
        return [0] + [self.characters.index(c) for c in name] + [0]


def sample(model: GPT, alphabet: Alphabet, draw: random.Random) -> str:
    """Let the model write one name."""
    cache, token, name = model.empty_cache(), 0, ""
    with no_grad():
        for position in range(model.block):
            weights = [p.data for p in softmax(model(token, position, cache))]
            token = draw.choices(range(len(weights)), weights)[0]
            if token == 0:
                break
            name += alphabet.characters[token]
    return name


def train(steps: int, seed: int = 0, verbose: bool = True) -> list[float]:
    """Train on one name a step; return the losses."""
    alphabet = Alphabet(NAMES)
    model = GPT(len(alphabet.characters), seed=seed)
    optimizer = Adam(model.parameters(), steps=steps)
    draw = random.Random(seed)
    losses = []
    start = time.perf_counter()
    for step in range(1, steps + 1):
        loss = model.loss(alphabet.encode(draw.choice(NAMES)))
        loss.backward()
        optimizer.step()
        losses.append(loss.data)
        if verbose and step % max(1, steps // 10) == 0:
            mean = sum(losses[-50:]) / len(losses[-50:])
            pace = (time.perf_counter() - start) / step
            print(f"step {step:5d}  loss {mean:.3f}  {pace * 1e3:.0f} ms a step")
    if verbose:
        print("samples:", ", ".join(sample(model, alphabet, draw) for _ in range(10)))
    return losses


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--steps", type=int, default=200, help="how many names to train on")
    train(parser.parse_args().steps)

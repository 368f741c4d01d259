"""How quickly the explorer's page shows and follows: python -m tests.benchmarks.explorer

Prints the size of the 2-2-2 net's page, its first paint, and what one move of a slider costs in
a page of 500 boxes, up to the frame that shows it; at 30 frames a second a frame has 33 ms. A
machine without a display paints on its processor, in one thread with all else.
"""

from __future__ import annotations

import statistics
import tempfile
from pathlib import Path
from typing import Any

from autograd import Value, explore, tanh
from nn import worked_example
from tests.browser import pages

FIRST_PAINT = """() => performance.getEntriesByType("paint")
    .find(x => x.name === "first-contentful-paint")?.startTime"""
DRAG = """async () => {
    const slider = document.querySelector("[data-leaf-slider]");
    const [frames, work] = [[], []];
    let before = performance.now();
    for (let k = 0; k < 60; k++) {
        const begin = performance.now();
        slider.value = String(0.5 + k / 200);
        slider.dispatchEvent(new Event("input"));
        work.push(performance.now() - begin);
        await new Promise(requestAnimationFrame);
        frames.push(performance.now() - before);
        before = performance.now();
    }
    return [frames.slice(5), work.slice(5)];
}"""


def large_graph(boxes: int) -> Value:
    """Return a layered graph of about as many boxes, all of which depend on each leaf."""
    row = [Value(0.1 * k + 0.2, label=f"x{k}") for k in range(5)]
    count = len(row)
    while count < boxes - 10:
        row = [tanh(a * b) for a, b in zip(row, [*row[1:], row[0]])]
        count += 2 * len(row)
    total = row[0]
    for x in row[1:]:
        total = total + x
    return total


def main() -> None:
    with pages() as new_page, tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "page.html"
        output = worked_example.total_error(worked_example.build_net())
        explore(output).save(path)
        print(f"page of the 2-2-2 net: {path.stat().st_size / 1000:.0f} KB with its data")
        paints = []
        for _ in range(5):
            page: Any = new_page(viewport={"width": 1400, "height": 850})
            page.goto(path.as_uri())
            page.wait_for_timeout(300)
            paints.append(page.evaluate(FIRST_PAINT))
            page.close()
        print(f"its first paint: {statistics.median(paints):.0f} ms")
        explore(large_graph(500), primitive=True).save(path)
        page = new_page(viewport={"width": 1400, "height": 850})
        page.goto(path.as_uri())
        boxes = page.evaluate("document.querySelectorAll('[data-node]').length")
        frames, work = page.evaluate(DRAG)
        print(
            f"{boxes} boxes, dragging a slider: {1000 / statistics.median(frames):.0f} frames a "
            f"second (slowest of 55: {max(frames):.0f} ms), script {statistics.median(work):.1f} ms"
        )


if __name__ == "__main__":
    main()

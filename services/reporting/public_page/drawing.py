"""The drawing process: reads Vega-Lite specifications, one JSON a line, and answers each with its SVG as a JSON line.

Drawing blocks the interpreter for tens of milliseconds and holds a hundred megabytes, so it has a process of its own.
The painter starts it at the first chart. It ends with the painter, and after a number of drawings to bound its memory.
"""

import json
import sys

import vl_convert

DRAWINGS_PER_PROCESS = 500
VEGA_LITE = "v6.1"

NUMBERS = {"decimal": ".", "thousands": ",", "grouping": [3], "currency": ["S/ ", ""]}


def draw(specification: str) -> str:
    """The SVG of a Vega-Lite specification, which may load no other resource."""
    svg: str = vl_convert.vegalite_to_svg(specification, VEGA_LITE, format_locale=NUMBERS, allowed_base_urls=[])
    return svg


def main() -> None:
    """Draws until the input ends, at most `DRAWINGS_PER_PROCESS` times."""
    for _, line in zip(range(DRAWINGS_PER_PROCESS), sys.stdin, strict=False):
        try:
            answer = {"svg": draw(line)}
        except ValueError as error:
            answer = {"error": str(error)}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()

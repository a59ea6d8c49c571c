"""The painter: charts as SVG, drawn by a process of its own and cached by their specification."""

import asyncio
import json
import re
from asyncio.subprocess import Process
from collections import OrderedDict
from collections.abc import Mapping
from types import TracebackType
from typing import Any
from xml.sax.saxutils import quoteattr

from chassis.runtime.sandbox import start_child

DRAWING = "services.reporting.public_page.drawing"
CACHED_CHARTS = 64
ANSWER_BYTES = 4 * 1024 * 1024
ANSWER_SECONDS = 20.0

_DECIMALS = re.compile(r"(\.\d)\d+")
_PATH = re.compile(r' d="[^"]+"')
_ROOT = re.compile(r"<svg [^>]*?(?P<size>width=\S+ height=\S+ viewBox=\"[^\"]+\")>")
_PARTS = re.compile(r' (?:role|class|aria-[a-z]+|stroke-miterlimit|pointer-events)="[^"]*"')

HATCHING = (
    '<defs><pattern id="hatching" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    '<rect width="6" height="6" fill="#fff"/><rect width="1.5" height="6" fill="#9c8f80"/></pattern></defs>'
)


class DrawingError(RuntimeError):
    """The drawing process rejected a specification, or did not answer."""


class Painter:
    """Draws one chart at a time. A chart that is still cached is not drawn again."""

    def __init__(self) -> None:
        self.cache: OrderedDict[str, str] = OrderedDict()
        self.lock = asyncio.Lock()
        self.process: Process | None = None

    async def __aenter__(self) -> "Painter":
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        await self._stop()

    async def draw(self, specification: Mapping[str, Any]) -> str:
        """The SVG of a Vega-Lite specification. Raises `CannotDraw`."""
        text = json.dumps(specification, separators=(",", ":"))
        async with self.lock:
            if text not in self.cache:
                self.cache[text] = _slim(await self._draw(text))
            self.cache.move_to_end(text)
            while len(self.cache) > CACHED_CHARTS:
                self.cache.popitem(last=False)
            return self.cache[text]

    async def _draw(self, text: str) -> str:
        for _ in range(2):  # a process ends after a number of drawings, and a new one draws
            try:
                async with asyncio.timeout(ANSWER_SECONDS):
                    if answer := await self._line(text):
                        return _svg(json.loads(answer))
            except (ConnectionError, TimeoutError, ValueError):
                pass
            await self._stop()
        raise DrawingError("no answer from the drawing process")

    async def _line(self, text: str) -> bytes:
        process = self.process = self.process or await start_child(DRAWING, answer_bytes=ANSWER_BYTES)
        assert process.stdin is not None and process.stdout is not None
        process.stdin.write(text.encode() + b"\n")
        await process.stdin.drain()
        return await process.stdout.readline()

    async def _stop(self) -> None:
        if self.process is not None:
            if self.process.returncode is None:
                self.process.kill()
            await self.process.wait()
            self.process = None


def _svg(answer: Mapping[str, str]) -> str:
    if "error" in answer:
        raise DrawingError(answer["error"])
    return answer["svg"]


def _slim(svg: str) -> str:
    """Removes the attributes that only scripts read, and rounds outlines to tenths of a pixel."""
    return _PATH.sub(lambda path: _DECIMALS.sub(r"\1", path.group()), _PARTS.sub("", svg))


def with_text_alternative(svg: str, name: str, text: str) -> str:
    """The chart as one image with a text alternative. `name` makes the id of its hatching unique on the page."""
    root = f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label={quoteattr(text)} '
    image = _ROOT.sub(lambda found: f"{root}{found['size']}>{HATCHING}", svg, count=1)
    return image.replace("hatching", f"hatching-{name}")

"""Specifications drawn on the server."""

import json
from functools import lru_cache
from typing import Any

import vl_convert as vlc


@lru_cache(maxsize=128)
def _svg(spec: str) -> str:
    return str(vlc.vegalite_to_svg(spec))


def svg(spec: dict[str, Any]) -> str:
    """The picture as SVG, drawn on the server; kept, since drawing takes tens of milliseconds."""
    return _svg(json.dumps(spec, sort_keys=True))


def png(spec: dict[str, Any]) -> bytes:
    """The picture as PNG at twice the size, for slides and letters."""
    return bytes(vlc.vegalite_to_png(spec, scale=2))

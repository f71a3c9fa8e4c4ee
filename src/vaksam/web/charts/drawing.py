"""Specifications drawn on the server."""

from typing import Any

import vl_convert as vlc


def svg(spec: dict[str, Any]) -> str:
    """The picture as SVG."""
    return str(vlc.vegalite_to_svg(spec))


def png(spec: dict[str, Any]) -> bytes:
    """The picture as PNG at twice the size, for slides and letters."""
    return bytes(vlc.vegalite_to_png(spec, scale=2))

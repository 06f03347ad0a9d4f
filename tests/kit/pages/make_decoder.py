"""Make the vendored decoder again: ``python tests/kit/pages/make_decoder.py``; needs node and npm.

One package from npm, its encoder left away, bundled into one ES module. Both are pinned, so the
bytes are those that ``test_vendored`` knows. Packages come without their install scripts.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).parents[3]
VENDORED = ROOT / "ledger" / "kit" / "pages" / "static" / "vendor"
PACKAGES = ("qr@0.7.0", "esbuild@0.28.2")
BANNER = "/*! qr 0.7.0, decoder only; (c) Paul Miller; MIT OR Apache-2.0; see qr-LICENSE.txt */"


def make(folder: Path) -> bytes:
    """Make the module in a folder of its own; raises ``CalledProcessError``."""
    npm, node = shutil.which("npm"), shutil.which("node")
    if npm is None or node is None:
        raise SystemExit("node and npm are needed")
    quiet = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    subprocess.run([npm, "install", "--prefix", str(folder), *quiet, *PACKAGES], check=True)  # noqa: S603
    (folder / "entry.js").write_text('export { decodeQR } from "qr/decode.js";\n')
    bundle = [
        *(str(folder / "node_modules" / ".bin" / "esbuild"), "entry.js", "--bundle", "--minify"),
        *("--format=esm", "--target=es2020", "--legal-comments=none", f"--banner:js={BANNER}"),
        "--outfile=qr-decode.js",
    ]
    subprocess.run(bundle, cwd=folder, check=True)  # noqa: S603
    return (folder / "qr-decode.js").read_bytes()


if __name__ == "__main__":
    with TemporaryDirectory() as folder:
        made = make(Path(folder))
        (VENDORED / "qr-decode.js").write_bytes(made)
        licence = Path(folder) / "node_modules" / "qr" / "LICENSE-MIT"
        shutil.copy(licence, VENDORED / "qr-LICENSE.txt")
    sys.stdout.write(f"{len(made)} bytes\n")

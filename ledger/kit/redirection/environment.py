"""The variables by which programs of most languages find a proxy and believe a certificate.

| language | proxy | certificate |
|---|---|---|
| Python (requests, httpx) | ``HTTPS_PROXY`` | ``REQUESTS_CA_BUNDLE``, ``SSL_CERT_FILE`` |
| Python (others) | ``PYTHONPATH`` preloads ``start_hook.py`` | ``SSL_CERT_FILE`` |
| Go | ``HTTPS_PROXY`` | ``SSL_CERT_FILE`` |
| PHP, curl | ``https_proxy`` | ``CURL_CA_BUNDLE``, an ini file by ``PHP_INI_SCAN_DIR`` |
| Node | ``NODE_OPTIONS`` preloads ``redirect.cjs`` | ``NODE_EXTRA_CA_CERTS`` |
| Java | ``JAVA_TOOL_OPTIONS`` | a trust store, by the same variable |

    >>> told = variables(Places(8888, 9999, Path("/tmp/run"), ("api.example",)))
    >>> told["HTTPS_PROXY"], told["SSL_CERT_FILE"]
    ('http://127.0.0.1:8888', '/tmp/run/ca.pem')
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ledger.kit.redirection.tunnel import LOOPBACK

CERTIFICATE: Final = "ca.pem"
TRUST_STORE: Final = "trust.p12"
TRUST_STORE_WORD: Final = "changeit"
"""Java asks for one; the store holds a certificate, which is no secret."""

PRELOADED: Final = Path(__file__).with_name("redirect.cjs")
START_HOOK: Final = Path(__file__).with_name("start_hook.py")
HOOK_COPY: Final = "python/sitecustomize.py"
"""Where in the folder Python finds its hook, under the name it looks for."""


@dataclass(frozen=True)
class Places:
    """Where the tunnel listens, which folder holds the certificate, and whose hosts lead here."""

    proxy_port: int
    tls_port: int
    folder: Path
    hosts: Sequence[str]


def variables(places: Places, before: Mapping[str, str] | None = None) -> dict[str, str]:
    """Give what is to be set.

    Options that a program has ``before`` for Python, Node, Java and PHP are kept.
    """
    before = before or {}
    proxy = f"http://{LOOPBACK}:{places.proxy_port}"
    certificate = str(places.folder / CERTIFICATE)
    directly = f"{LOOPBACK},localhost"
    return {
        "HTTPS_PROXY": proxy,
        "https_proxy": proxy,
        "NO_PROXY": directly,
        "no_proxy": directly,
        "SSL_CERT_FILE": certificate,
        "REQUESTS_CA_BUNDLE": certificate,
        "CURL_CA_BUNDLE": certificate,
        "NODE_EXTRA_CA_CERTS": certificate,
        "NODE_OPTIONS": _added(before, "NODE_OPTIONS", f"--require {PRELOADED}"),
        "PYTHONPATH": _path(places.folder / HOOK_COPY, before.get("PYTHONPATH", "")),
        "QRPAY_RUN_HOSTS": ",".join(places.hosts),
        "QRPAY_RUN_TLS_PORT": str(places.tls_port),
        "JAVA_TOOL_OPTIONS": _added(before, "JAVA_TOOL_OPTIONS", _java(places)),
        "PHP_INI_SCAN_DIR": f"{before.get('PHP_INI_SCAN_DIR', '')}:{places.folder}",
    }


def php_settings(folder: Path) -> str:
    """Spell the ini file by which PHP believes the certificate."""
    certificate = folder / CERTIFICATE
    return f'curl.cainfo = "{certificate}"\nopenssl.cafile = "{certificate}"\n'


def _path(hook: Path, before: str) -> str:
    return os.pathsep.join(filter(None, (str(hook.parent), before)))


def _added(before: Mapping[str, str], name: str, options: str) -> str:
    return f"{before.get(name, '')} {options}".strip()


def _java(places: Places) -> str:
    return (
        f"-Dhttps.proxyHost={LOOPBACK} -Dhttps.proxyPort={places.proxy_port} "
        f"-Dhttp.nonProxyHosts=127.*|localhost "
        f"-Djavax.net.ssl.trustStore={places.folder / TRUST_STORE} "
        f"-Djavax.net.ssl.trustStoreType=PKCS12 "
        f"-Djavax.net.ssl.trustStorePassword={TRUST_STORE_WORD}"
    )

"""A shop's page that is paid inside of WeChat, here inside of the wallet: JSAPI, API v3, no SDK.

    qrpay up                                                        # in one terminal
    qrpay ledger merchant add --wechatpay                           # in another, and then:
    python docs/examples/wechatpay_page_shop.py wechatpay-keys

Open what it prints. The page's button has this program open an order (``POST /order``), gives what
it has signed to ``WeixinJSBridge`` and, whatever that says, asks here whether the order is paid
(``GET /paid``): what a page is told proves nothing. Needs ``cryptography`` alone.
"""

from __future__ import annotations

import argparse
import base64
import json
import secrets
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit
from urllib.request import Request, urlopen

from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key

PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Tea</title>
<script src="{wallet}/bridge.js"></script>
<h1>A tin of tea</h1>
<p><button id="pay">Pay ¥488.00</button></p>
<p id="told" role="status"></p>
<script>
  const told = document.getElementById("told");
  document.getElementById("pay").onclick = async () => {{
    if (!window.WeixinJSBridge) return told.textContent = "Open this page in the wallet.";
    const order = await (await fetch("/order", {{ method: "POST" }})).json();
    window.parameters = order.parameters;
    WeixinJSBridge.invoke("getBrandWCPayRequest", order.parameters, async (answer) => {{
      const {{ trade_state }} = await (await fetch("/paid?" + order.out_trade_no)).json();
      told.textContent = [answer.err_msg, answer.err_desc, trade_state].join(" ");
    }});
  }};
</script></html>
"""


class Shop:
    """A merchant who knows API v3: signs calls, and the parameters of its page."""

    def __init__(self, keys: Path, ledger: str) -> None:
        self.told = json.loads((keys / "wechatpay.json").read_text("utf-8"))
        self.ledger = ledger
        key = load_pem_private_key(self.told["private_key"].encode(), password=None)
        if not isinstance(key, RSAPrivateKey):
            raise TypeError("an RSA key signs for WeChat Pay")
        self.key = key

    def sign(self, *lines: str) -> str:
        """Sign lines, each ended by a line feed."""
        text = "".join(f"{line}\n" for line in lines).encode()
        return base64.b64encode(self.key.sign(text, PKCS1v15(), SHA256())).decode()

    def call(self, method: str, target: str, body: str = "") -> dict[str, str]:
        """Make a signed call; a program in earnest verifies the answer's signature, too."""
        moment, nonce = str(int(time.time())), secrets.token_hex(16)
        signature = self.sign(method, target, moment, nonce, body)
        head = (
            f'WECHATPAY2-SHA256-RSA2048 mchid="{self.told["mchid"]}",nonce_str="{nonce}",'
            f'timestamp="{moment}",serial_no="{self.told["serial_no"]}",signature="{signature}"'
        )
        headers = {"Authorization": head, "Accept": "application/json", "User-Agent": "page-shop"}
        headers["Content-Type"] = "application/json"
        asked = Request(self.ledger + target, body.encode() or None, headers, method=method)
        with urlopen(asked) as answer:
            return dict(json.loads(answer.read()))

    def open_order(self) -> dict[str, object]:
        """Open an order and sign what the page hands to the wallet."""
        number = f"tea{secrets.token_hex(8)}"
        wanted = {
            "appid": self.told["appid"],
            "mchid": self.told["mchid"],
            "description": "A tin of tea",
            "out_trade_no": number,
            "notify_url": "http://127.0.0.1:9000/notify",
            "amount": {"total": 48800, "currency": "CNY"},
            "payer": {"openid": "who-opened-the-page"},
        }
        answer = self.call("POST", "/v3/pay/transactions/jsapi", json.dumps(wanted))
        package = f"prepay_id={answer['prepay_id']}"
        moment, nonce = str(int(time.time())), secrets.token_hex(16)
        parameters = {
            "appId": self.told["appid"],
            "timeStamp": moment,
            "nonceStr": nonce,
            "package": package,
            "signType": "RSA",
            "paySign": self.sign(self.told["appid"], moment, nonce, package),
        }
        return {"out_trade_no": number, "parameters": parameters}

    def query(self, number: str) -> dict[str, str]:
        """Ask the provider how an order stands."""
        target = f"/v3/pay/transactions/out-trade-no/{number}?mchid={self.told['mchid']}"
        return {"trade_state": self.call("GET", target)["trade_state"]}


def handler(shop: Shop, page: str) -> type[BaseHTTPRequestHandler]:
    """Make what answers the page and its two questions."""

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            address = urlsplit(self.path)
            if address.path == "/paid":
                number = next(iter(parse_qs(address.query, keep_blank_values=True)))
                self.give("application/json", json.dumps(shop.query(number)))
            else:
                self.give("text/html; charset=utf-8", page)

        def do_POST(self) -> None:
            self.give("application/json", json.dumps(shop.open_order()))

        def give(self, kind: str, text: str) -> None:
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.end_headers()
            self.wfile.write(text.encode())

    return Answers


def main() -> None:
    """Serve the page until told to stop."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("keys", type=Path, help="the folder of `qrpay ledger merchant add`")
    asked.add_argument("--ledger", default="http://127.0.0.1:8400")
    asked.add_argument("--wallet", default="http://127.0.0.1:8402")
    asked.add_argument("--port", type=int, default=9000)
    given = asked.parse_args()
    shop = Shop(given.keys, given.ledger)
    page = PAGE.format(wallet=given.wallet)
    server = ThreadingHTTPServer(("127.0.0.1", given.port), handler(shop, page))
    print(f"{given.wallet}/page#http://127.0.0.1:{server.server_port}/", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()

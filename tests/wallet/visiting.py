"""A browser in front of a wallet service: it keeps its cookies and says where it comes from."""

from __future__ import annotations

import json

from werkzeug.test import TestResponse

from tests.wallet.world import Answer, Json, World

OWN = "http://localhost"


class Visitor:
    """Somebody with a browser; ``origin`` is the site whose page makes the requests."""

    def __init__(self, world: World, origin: str = OWN, address: str = "192.168.1.20") -> None:
        self._client = world.app.test_client()
        self._origin = origin
        self._address = address
        self.last: TestResponse | None = None

    def get(self, path: str) -> Answer:
        """Ask."""
        return self._send("GET", path, b"")

    def post(self, path: str, body: Json = None) -> Answer:
        """Send JSON, as a page's script does."""
        return self._send("POST", path, json.dumps({} if body is None else body).encode())

    def arrive(self, currency: str = "EUR") -> Json:
        """Become a guest."""
        answer = self.post("/api/session", {"currency": currency})
        assert answer.status == 201, answer.body
        return answer.json

    def scan(self, text: str) -> Json:
        """Open what a till shows."""
        answer = self.post("/api/me/scan", {"text": text})
        assert answer.status == 200, answer.body
        return answer.json["review"]

    def approve(self, review: Json, **body: str) -> Answer:
        """Agree."""
        return self.post(f"/api/me/reviews/{review['review_id']}/approve", body)

    def cookie(self, name: str = "qrpay-wallet") -> str | None:
        """Give the session's cookie."""
        found = self._client.get_cookie(name)
        return found.value if found else None

    def bring(self, cookie: str) -> None:
        """Come with a cookie from elsewhere."""
        self._client.set_cookie("qrpay-wallet", cookie)

    def _send(self, method: str, path: str, body: bytes) -> Answer:
        answer = self._client.open(
            path,
            method=method,
            data=body,
            content_type="application/json" if method == "POST" else None,
            headers={"Origin": self._origin} if method == "POST" else {},
            environ_overrides={"REMOTE_ADDR": self._address},
        )
        self.last = answer
        return Answer(answer.status_code, answer.mimetype or "", answer.data)

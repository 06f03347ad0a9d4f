"""Which acquirer the settings choose, put together with what it works with."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from ledger.kit.clock import Clock
from ledger.kit.entropy import Entropy
from ledger.kit.transport import Transport
from ledger.protocol.errors.service import InvariantBroken
from ledger.protocol.native_wire import MerchantView
from pos.acquirers.alipay import client as alipay_client
from pos.acquirers.alipay.acquirer import AlipayAcquirer
from pos.acquirers.alipay.client import AlipayClient
from pos.acquirers.antom import client as antom_client
from pos.acquirers.antom.acquirer import AntomAcquirer
from pos.acquirers.antom.client import AntomClient
from pos.acquirers.port import Acquirer
from pos.acquirers.wechatpay import account as wechatpay_account
from pos.acquirers.wechatpay.acquirer import WeChatPayAcquirer
from pos.acquirers.wechatpay.client import WeChatPayClient
from pos.config import Settings


@dataclass(frozen=True)
class Means:
    """What every client works with; ``merchant`` and ``terminal_id`` are the till's own."""

    transport: Transport
    merchant: MerchantView
    terminal_id: str
    clock: Clock
    entropy: Entropy


def vendor(settings: Settings, means: Means) -> Acquirer:
    """Make the client of the vendor that the settings name; raises what its files lack."""
    return VENDORS[settings.acquirer](settings, means)


def _url(settings: Settings) -> str:
    return (settings.acquirer_url or settings.ledger_url).rstrip("/")


def _keys(settings: Settings) -> Path:
    if settings.acquirer_keys is None:
        raise InvariantBroken("a vendor is spoken to with the files of an account")
    return settings.acquirer_keys


def _wechatpay(settings: Settings, means: Means) -> Acquirer:
    client = WeChatPayClient(
        base_url=_url(settings),
        transport=means.transport,
        account=wechatpay_account.read(_keys(settings)),
        clock=means.clock,
        entropy=means.entropy,
    )
    return WeChatPayAcquirer(client, means.terminal_id, settings.notify_url)


def _alipay(settings: Settings, means: Means) -> Acquirer:
    account = alipay_client.read(_keys(settings))
    client = AlipayClient(_url(settings), means.transport, account, means.clock)
    return AlipayAcquirer(client, means.terminal_id, settings.notify_url)


def _antom(settings: Settings, means: Means) -> Acquirer:
    account = antom_client.read(_keys(settings))
    client = AntomClient(_url(settings), means.transport, account, means.clock)
    return AntomAcquirer(client, means.merchant, means.terminal_id, settings.notify_url)


VENDORS: Mapping[str, Callable[[Settings, Means], Acquirer]] = {
    "alipay": _alipay,
    "antom": _antom,
    "wechatpay": _wechatpay,
}
"""By the name in the settings, who makes it."""

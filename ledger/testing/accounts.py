"""What an SDK has to know to speak to the provider: numbers, addresses, keys, also as files.

The accounts are the demo shops', whose keys are published. The provider's own keys are published
too, for tests alone (``platform_keys.json``): drawing fresh ones takes a second of each test run,
and with these the same test gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from importlib import resources
from pathlib import Path
from typing import ClassVar, Final

import msgspec

from ledger.cli.merchants.accounts import Keeper
from ledger.cli.merchants.add import write_demo
from ledger.core.records.vendors import Vendor
from ledger.core.vendors import antom as antom_settings
from ledger.faces import Provider
from ledger.faces.alipay import certificates
from ledger.faces.alipay.gateway import PATH
from ledger.faces.wechatpay.keys import KeptKeys
from ledger.kit import vendor_certificates
from ledger.kit.secrets import SecretFolder, rsa_keys
from ledger.ops import demo_apps
from ledger.protocol import rsa

_FILE: Final = "platform_keys.json"


def platform_secrets() -> SecretFolder:
    """Give the provider's keys towards vendors' integrations."""
    text = resources.files("ledger.testing").joinpath(_FILE).read_bytes()
    return SecretFolder(None, msgspec.json.decode(text, type=dict[str, str]))


@dataclass(frozen=True)
class Account:
    """Where the provider answers, and where files can be put."""

    provider: Provider
    ledger_url: str
    folder: Path
    vendor: ClassVar[Vendor]

    @cached_property
    def files(self) -> Path:
        """A folder with keys and examples, as ``qrpay ledger merchant add`` writes it."""
        folder, provider = self.folder / self.vendor, self.provider
        keeper = Keeper(provider.vendor_keys, provider.clock, provider.entropy)
        write_demo(folder, self.vendor, keeper)
        return folder


class AlipayAccount(Account):
    """The demo drugstore's app at Alipay, in key mode; prices in euro."""

    vendor = Vendor.ALIPAY

    @property
    def app_id(self) -> str:
        """The app's number."""
        return demo_apps.alipay_app().app_id

    @property
    def gateway(self) -> str:
        """The address of V2 (``serverUrl``, ``gatewayUrl``)."""
        return f"{self.ledger_url}{PATH}"

    @property
    def endpoint(self) -> str:
        """The address of V3, and what SDKs call the endpoint."""
        return self.ledger_url

    @cached_property
    def private_keys(self) -> Mapping[str, str]:
        """The app's private key in every form: ``pkcs1``, ``pkcs8``, and each with ``-line``."""
        return rsa.forms(rsa.private_key(demo_apps.alipay_app().private_key))

    @property
    def private_key(self) -> str:
        """The app's private key as SDKs for Python and Node want it, PEM of PKCS #1."""
        return self.private_keys["pkcs1"]

    @cached_property
    def platform_public_key(self) -> str:
        """The platform's public key, PEM; SDKs call it ``alipayPublicKey``."""
        now = self.provider.clock.now()
        platform = certificates.platform(self.provider.vendor_keys, now)
        return rsa.spell_public(platform.key.public_key())


class AntomAccount(Account):
    """The demo drugstore's client at Antom (Alipay+); prices in euro."""

    vendor = Vendor.ANTOM

    @property
    def client_id(self) -> str:
        """The client's number."""
        return demo_apps.antom_client().app_id

    @property
    def gateway(self) -> str:
        """The address below which its calls are (``/ams/api/v1/payments/…``)."""
        return self.ledger_url

    @cached_property
    def private_keys(self) -> Mapping[str, str]:
        """The client's private key in every form, as for Alipay."""
        return rsa.forms(rsa.private_key(demo_apps.antom_client().private_key))

    @property
    def private_key(self) -> str:
        """The client's private key as Antom's SDKs want it: PKCS #1 on one line."""
        return self.private_keys["pkcs1-line"]

    @cached_property
    def platform_public_key(self) -> str:
        """The platform's public key, PEM."""
        key = rsa_keys.keep(self.provider.vendor_keys, antom_settings.PLATFORM_KEY)
        return rsa.spell_public(key.public_key())


class WechatPayAccount(Account):
    """The demo tea house's number at WeChat Pay, prices in yuan; the drugstore's is overseas."""

    vendor = Vendor.WECHATPAY

    @property
    def mchid(self) -> str:
        """The merchant's number at home."""
        return demo_apps.wechatpay_mchid().mchid

    @property
    def overseas_mchid(self) -> str:
        """The drugstore's number, for the overseas addresses and prices in euro."""
        return demo_apps.wechatpay_mchid().overseas_mchid

    @property
    def appid(self) -> str:
        """The app that belongs to both."""
        return demo_apps.wechatpay_mchid().appid

    @property
    def apiv3_key(self) -> str:
        """The secret by which notifications of v3 are sealed."""
        return demo_apps.wechatpay_mchid().api_v3_key

    @property
    def apiv2_key(self) -> str:
        """The secret of v2."""
        return demo_apps.wechatpay_mchid().api_v2_key

    @property
    def private_key(self) -> str:
        """The merchant's private key, PEM of PKCS #8."""
        return demo_apps.wechatpay_mchid().private_key

    @property
    def certificate(self) -> str:
        """The merchant's certificate, PEM."""
        return demo_apps.wechatpay_mchid().certificate

    @cached_property
    def serial_no(self) -> str:
        """The number of the merchant's certificate."""
        return vendor_certificates.read(self.certificate).serial_no

    @cached_property
    def platform_public_key(self) -> str:
        """The platform's public key, PEM."""
        return rsa.spell_public(KeptKeys(self.provider)().public_key.private_key.public_key())

    @cached_property
    def platform_public_key_id(self) -> str:
        """The name of the platform's public key (``PUB_KEY_ID_…``)."""
        return KeptKeys(self.provider)().public_key.name

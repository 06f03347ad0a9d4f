"""What a call must have, by the documentation's tables: without it, it is refused and told why."""

from __future__ import annotations

import copy

import pytest

from tests.faces.antom.antom_shop import AntomShop, Json

ALWAYS = (
    *("productCode", "paymentRequestId", "paymentNotifyUrl"),
    *("paymentAmount", "paymentAmount.currency", "paymentAmount.value"),
    *("paymentMethod", "paymentMethod.paymentMethodType"),
    *("order", "order.orderAmount", "order.orderAmount.currency", "order.orderAmount.value"),
    *("order.merchant", "order.merchant.referenceMerchantId"),
    *("order.merchant.merchantMCC", "order.merchant.merchantName"),
    *("order.merchant.store", "order.merchant.store.referenceStoreId"),
    *("order.merchant.store.storeName", "order.merchant.store.storeMCC"),
)
OF_SCENARIO = {
    "PaymentCode": ("paymentMethod.paymentMethodId",),
    "OrderCode": (),
    "EntryCode": ("paymentRedirectUrl", "order.env.userAgent"),
}
OF_REFUND = (
    *("refundRequestId", "paymentId"),
    *("refundAmount", "refundAmount.currency", "refundAmount.value"),
)


def whole(shop: AntomShop, scenario: str) -> Json:
    """The body of ``pay`` with everything that any way of paying needs."""
    asked = shop.by_code(shop.show_code("anna", "alipay-plus"))
    asked["paymentFactor"]["inStorePaymentScenario"] = scenario
    asked["paymentRedirectUrl"] = "https://shop.example/"
    asked["order"]["env"]["userAgent"] = "AlipayClient"
    return copy.deepcopy(asked)


def without(body: Json, member: str, said: Json) -> Json:
    """The same body, a member of it missing, or there and saying nothing."""
    *path, name = member.split(".")
    at = body
    for step in path:
        at = at[step]
    if said == "missing":
        del at[name]
    else:
        at[name] = said
    return body


def told_of(shop: AntomShop, call: str, body: Json) -> str:
    """The message of a call that is refused for its members."""
    result = shop.call(call, body)["result"]
    assert (result["resultCode"], result["resultStatus"]) == ("PARAM_ILLEGAL", "F"), result
    return str(result["resultMessage"])


@pytest.mark.parametrize("said", ["missing", None, ""])
@pytest.mark.parametrize(
    ("scenario", "member"),
    [
        *(("OrderCode", member) for member in ALWAYS),
        *((scenario, member) for scenario, members in OF_SCENARIO.items() for member in members),
    ],
)
def test_a_payment_without_a_member_that_it_needs_is_refused_by_the_members_name(
    shop: AntomShop, scenario: str, member: str, said: Json
) -> None:
    body = without(whole(shop, scenario), member, said)
    assert member.rpartition(".")[2] in told_of(shop, "pay", body)
    found = shop.call("inquiryPayment", {"paymentRequestId": "P1"})["result"]
    assert found["resultCode"] == "ORDER_NOT_EXIST"


@pytest.mark.parametrize("scenario", OF_SCENARIO)
def test_what_another_way_of_paying_needs_may_be_missing(shop: AntomShop, scenario: str) -> None:
    body = whole(shop, scenario)
    for other in OF_SCENARIO.keys() - {scenario}:
        for member in OF_SCENARIO[other]:
            without(body, member, "missing")
    assert shop.result("pay", body)[1] in "SU"


@pytest.mark.parametrize("said", ["missing", None, ""])
@pytest.mark.parametrize("member", OF_REFUND)
def test_a_refund_without_a_member_that_it_needs_is_refused_by_the_members_name(
    shop: AntomShop, member: str, said: Json
) -> None:
    body = without(shop.refund_of(shop.bought(), 100, "R1"), member, said)
    assert member.rpartition(".")[2] in told_of(shop, "refund", body)
    assert shop.balance("anna") == 20_000 - 1_295


@pytest.mark.parametrize(
    ("call", "either"),
    [
        ("inquiryPayment", ("paymentId", "paymentRequestId")),
        ("cancel", ("paymentId", "paymentRequestId")),
        ("inquiryRefund", ("refundId", "refundRequestId")),
    ],
)
def test_who_names_neither_number_is_told_both(
    shop: AntomShop, call: str, either: tuple[str, str]
) -> None:
    for body in ({}, dict.fromkeys(either, ""), dict.fromkeys(either)):
        assert told_of(shop, call, body) == " or ".join(either)


def test_the_stores_category_may_be_spelled_as_in_the_documentations_samples(
    shop: AntomShop,
) -> None:
    asked = shop.asked()
    store = asked["order"]["merchant"]["store"]
    store["storeMcc"] = store.pop("storeMCC")
    assert shop.result("pay", asked) == ("PAYMENT_IN_PROCESS", "U")

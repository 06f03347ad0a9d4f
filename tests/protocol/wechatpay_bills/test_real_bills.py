"""Bills of real shops that were published, written again byte for byte.

The first one's SHA-1 was published with it, as the platform told it.
"""

from __future__ import annotations

import gzip
import hashlib
from dataclasses import replace

from ledger.protocol.instants import Instant
from ledger.protocol.money import Money, currency
from ledger.protocol.wechatpay_bill_wire import fund_flow, trade
from ledger.protocol.wechatpay_bill_wire.fund_flow import FundFlowKind, FundFlowRow
from ledger.protocol.wechatpay_bill_wire.trade import (
    RefundPart,
    TradeBillType,
    TradeRow,
    TradeState,
)
from ledger.protocol.wechatpay_v2_wire.values import from_time

CNY = currency("CNY")
NOTHING, CENT = Money(0, CNY), Money(1, CNY)


def at(text: str) -> Instant:
    """Read the time of a bill."""
    return from_time(text.translate(str.maketrans("", "", "- :")))


def row(paid_at: str, transaction_id: str, out_trade_no: str) -> TradeRow:
    """A sale of a cent by the shop whose bills these are."""
    return TradeRow(
        state=TradeState.SUCCESS,
        paid_at=at(paid_at),
        appid="wx81be3101902f7cb2",
        mchid="1601959334",
        device_id="",
        transaction_id=transaction_id,
        out_trade_no=out_trade_no,
        openid="ofyak5qR_1wYsC99CsWA6R9MJazA",
        trade_type="NATIVE",
        price=CENT,
        settled=CENT,
        coupon=NOTHING,
        fee=NOTHING,
        rate="1.00%",
        description="for testing",
        attach="cipher code",
    )


THREE_SALES = [
    row("2021-01-28 17:07:11", "4200000925202101284997714292", "S20210128170702357723"),
    row("2021-01-28 15:35:18", "4200000910202101282955148400", "S20210128153505214586"),
    row("2021-01-28 16:59:46", "4200000926202101281412639609", "S20210128165824499930"),
]


TWO_REFUNDS = [
    replace(
        row("2021-01-24 16:16:25", "4200000844202101245866928772", "S20210124161554311546"),
        state=TradeState.REFUND,
        refund=RefundPart(
            refund_id="50300807172021020106006664916",
            out_refund_no="S20210201143320649393",
            requested_at=at("2021-02-01 14:33:21"),
            succeeded_at=at("2021-02-01 14:33:24"),
            asked=CENT,
            given=CENT,
        ),
    ),
    replace(
        row("2021-01-19 16:31:18", "4200000846202101197461830397", "S20210119083100844726118382"),
        state=TradeState.REFUND,
        description="Package Venue",
        attach="",
        refund=RefundPart(
            refund_id="50300907032021020105978998710",
            out_refund_no="S20210201140044552846",
            requested_at=at("2021-02-01 14:00:45"),
            succeeded_at=at("2021-02-01 14:00:50"),
            asked=CENT,
            given=CENT,
        ),
    ),
]


def test_a_bill_of_all_rows_has_the_sha_1_that_the_platform_told() -> None:
    file = trade.document(THREE_SALES, TradeBillType.ALL)
    assert file is not None
    assert file.sha1 == "dcd7ceb3d382a1181798368bb15d8437de46c00f"
    assert hashlib.sha1(gzip.decompress(file.compressed)).hexdigest() == file.sha1  # noqa: S324


def test_a_bill_of_refunds_is_a_real_one() -> None:
    file = trade.document(TWO_REFUNDS, TradeBillType.REFUND)
    assert file is not None
    assert file.plain == file_of(
        "交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,"
        "交易状态,付款银行,货币种类,应结订单金额,代金券金额,退款申请时间,退款成功时间,微信退款单号,"
        "商户退款单号,退款金额,充值券退款金额,退款类型,退款状态,商品名称,商户数据包,手续费,费率,"
        "订单金额,申请退款金额,费率备注",
        "`2021-01-24 16:16:25,`wx81be3101902f7cb2,`1601959334,`0,`,`4200000844202101245866928772,"
        "`S20210124161554311546,`ofyak5qR_1wYsC99CsWA6R9MJazA,`NATIVE,`REFUND,`OTHERS,`CNY,`0.00,"
        "`0.00,`2021-02-01 14:33:21,`2021-02-01 14:33:24,`50300807172021020106006664916,"
        "`S20210201143320649393,`0.01,`0.00,`ORIGINAL,`SUCCESS,`for testing,`cipher code,`0.00000,"
        "`1.00%,`0.00,`0.01,`",
        "`2021-01-19 16:31:18,`wx81be3101902f7cb2,`1601959334,`0,`,`4200000846202101197461830397,"
        "`S20210119083100844726118382,`ofyak5qR_1wYsC99CsWA6R9MJazA,`NATIVE,`REFUND,`OTHERS,`CNY,"
        "`0.00,`0.00,`2021-02-01 14:00:45,`2021-02-01 14:00:50,`50300907032021020105978998710,"
        "`S20210201140044552846,`0.01,`0.00,`ORIGINAL,`SUCCESS,`Package Venue,`,`0.00000,`1.00%,"
        "`0.00,`0.01,`",
        "总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额",
        "`2,`0.00,`0.02,`0.00,`0.00000,`0.00,`0.02",
    )


def test_a_bill_of_sales_is_a_real_one() -> None:
    sale = row("2021-02-01 14:38:45", "4200000922202102014836880592", "S20210201143829466741")
    sale = replace(sale, openid="ofyak5lCyFIsihOYEX0Zx9smR0g0")
    file = trade.document([sale], TradeBillType.SUCCESS)
    assert file is not None
    assert file.plain == file_of(
        "交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,"
        "交易状态,付款银行,货币种类,应结订单金额,代金券金额,商品名称,商户数据包,手续费,费率,"
        "订单金额,费率备注",
        "`2021-02-01 14:38:45,`wx81be3101902f7cb2,`1601959334,`0,`,`4200000922202102014836880592,"
        "`S20210201143829466741,`ofyak5lCyFIsihOYEX0Zx9smR0g0,`NATIVE,`SUCCESS,`OTHERS,`CNY,`0.01,"
        "`0.00,`for testing,`cipher code,`0.00000,`1.00%,`0.01,`",
        "总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额",
        "`1,`0.01,`0.00,`0.00,`0.00000,`0.01,`0.00",
    )


def test_rows_of_a_fund_flow_bill_are_real_ones() -> None:
    rows = [
        FundFlowRow(
            kind=FundFlowKind.REFUND,
            at=at("2021-02-01 13:54:01"),
            business_no="50300806962021020105978994968",
            flow_no="4200000920202101197964319284",
            amount=CENT,
            balance=Money(22, CNY),
            applicant="1601959334API",
            remark=fund_flow.remark(FundFlowKind.REFUND, total=CENT, fee=NOTHING),
            voucher_no="S20210201135356381941",
        ),
        FundFlowRow(
            kind=FundFlowKind.SALE,
            at=at("2021-04-11 21:35:06"),
            business_no="4200000934202104116411967580",
            flow_no="4200000934202104116411967580",
            amount=CENT,
            balance=CENT,
            applicant="system",
            remark=fund_flow.remark(FundFlowKind.SALE, total=CENT, fee=NOTHING),
            voucher_no="1618148094082_GT",
        ),
    ]
    file = fund_flow.document(rows)
    assert file is not None
    assert file.plain == file_of(
        "记账时间,微信支付业务单号,资金流水单号,业务名称,业务类型,收支类型,收支金额(元),账户结余(元),"
        "资金变更提交申请人,备注,业务凭证号",
        "`2021-02-01 13:54:01,`50300806962021020105978994968,`4200000920202101197964319284,`退款,"
        "`退款,`支出,`0.01,`0.22,`1601959334API,`退款总金额0.01元;含手续费0.00元,"
        "`S20210201135356381941",
        "`2021-04-11 21:35:06,`4200000934202104116411967580,`4200000934202104116411967580,`交易,"
        "`交易,`收入,`0.01,`0.01,`system,`结算总金额0.01元;含手续费0.00元,`1618148094082_GT",
        "资金流水总笔数,收入笔数,收入金额,支出笔数,支出金额",
        "`2,`1,`0.01,`1,`0.01",
    )


def file_of(*lines: str) -> bytes:
    """The bytes of a bill, spelled out."""
    return b"\xef\xbb\xbf" + "".join(line + "\r\n" for line in lines).encode()

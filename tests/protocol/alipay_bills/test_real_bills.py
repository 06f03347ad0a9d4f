"""The lines of a published bill of 2019 come out byte for byte."""

from __future__ import annotations

from ledger.protocol.alipay_bill_wire import trade
from ledger.protocol.alipay_bill_wire.cells import Period
from ledger.protocol.alipay_bill_wire.trade import Store, TradeRow
from ledger.protocol.alipay_wire.spelling import from_beijing
from ledger.protocol.money import Money, currency

YUAN = currency("CNY")
NOTHING, FEN = Money(0, YUAN), Money(1, YUAN)
PUBLISHED = (
    "#支付宝业务明细查询\n"
    "#账号：[20880211096256330156]\n"
    "#起始日期：[2019年09月16日 00:00:00]   终止日期：[2019年09月17日 00:00:00]\n"
    "#-----------------------------------------业务明细列表----------------------------------------\n"
    "支付宝交易号,商户订单号,业务类型,商品名称,创建时间,完成时间,门店编号,门店名称,操作员,终端号,对方账户,"
    "订单金额（元）,商家实收（元）,支付宝红包（元）,集分宝（元）,支付宝优惠（元）,商家优惠（元）,"
    "券核销金额（元）,券名称,商家红包消费金额（元）,卡消费金额（元）,退款批次号/请求号,服务费（元）,"
    "分润（元）,备注\n"
    "2019091622001458860515315453\t,service_1568601259302\t,交易\t,下单测试,2019-09-16 10:55:16,"
    "2019-09-16 10:55:23,alipay_store\t,alipay_store\t,alipay\t,\t,*津水(602***@qq.com)\t,0.01,"
    "0.01,0.00,0.00,0.00,0.00,0.00,,0.00\t,0.00,\t,0.00,0.00,下单测试\n"
    "2019091622001458860515315453\t,service_1568601259302\t,退款\t,下单测试,2019-09-16 10:55:16,"
    "2019-09-16 10:56:48,alipay_store\t,alipay_store\t,alipay\t,\t,*津水(602***@qq.com)\t,-0.01,"
    "-0.01,0.00,0.00,0.00,0.00,0.00,,0.00\t,0.00,re_test_1568602607356,0.00,0.00,下单测试\n"
    "#-----------------------------------------业务明细列表结束------------------------------------\n"
    "#交易合计：1笔，商家实收共0.01元，商家优惠共0.00元\n"
    "#退款合计：1笔，商家实收退款共-0.01元，商家优惠退款共0.00元\n"
)
"""Two of its rows, the sums made to fit; its last line says when it was exported."""


def row(done: str, *, refund_no: str = "") -> TradeRow:
    return TradeRow(
        trade_no="2019091622001458860515315453",
        out_trade_no="service_1568601259302",
        subject="下单测试",
        created_at=from_beijing("2019-09-16 10:55:16"),
        done_at=from_beijing(done),
        store=Store("alipay_store", "alipay_store", "alipay"),
        counterparty="*津水(602***@qq.com)",
        price=-FEN if refund_no else FEN,
        coupon=NOTHING,
        points=NOTHING,
        discount=NOTHING,
        fee=NOTHING,
        shared=NOTHING,
        is_refund=bool(refund_no),
        refund_no=refund_no,
        remark="下单测试",
    )


def test_a_published_bill_comes_out_byte_for_byte() -> None:
    day = Period(
        "20880211096256330156",
        from_beijing("2019-09-16 00:00:00"),
        from_beijing("2019-09-17 00:00:00"),
    )
    rows = [
        row("2019-09-16 10:55:23"),
        row("2019-09-16 10:56:48", refund_no="re_test_1568602607356"),
    ]
    exported = "#导出时间：[2019年09月17日 00:00:00]\n"
    assert trade.details(day, rows, NOTHING) == (PUBLISHED + exported).encode("gbk")

// A shop written with npm's wechatpay-axios-plugin, unmodified, from its own README: API v3 and v2 by
// one client, which verifies every answer. It is told what it needs by JSON on its standard input.
'use strict';

const crypto = require('node:crypto');
const { Wechatpay, Formatter } = require(
  require.resolve('wechatpay-axios-plugin', { paths: [process.cwd()] }),
);

const { told, ask, seen, notified } = require('./axios_plugin_common.cjs');

const certs = told.public_key_mode
  ? { [told.public_key_id]: told.public_key } : told.platform_certificates;
const wxpay = new Wechatpay({
  mchid: told.mchid,
  serial: told.serial_no,
  privateKey: told.private_key,
  certs,
  secret: told.apiv2_key,
  merchant: { cert: told.certificate, key: told.private_key },
  headers: told.public_key_mode ? { 'Wechatpay-Serial': told.public_key_id } : {},
});

async function sell() {
  const order = (number) => ({
    appid: told.appid,
    mchid: told.mchid,
    description: 'tea 茶',
    out_trade_no: number,
    notify_url: `${told.shop}/notify`,
    amount: { total: 1295, currency: 'CNY' },
  });
  const mine = { params: { mchid: told.mchid } };
  const { transactions } = wxpay.v3.pay;
  const by = (number) => ({ ...mine, out_trade_no: number });
  const out = {};
  out.native = await seen(transactions.native.post(order('axios-0001')));
  await ask('/pay', { code: out.native.data.code_url });
  out.paid = await seen(transactions.outTradeNo.$out_trade_no$.get(by('axios-0001')));
  out.by_id = await seen(
    transactions.id._transaction_id_.get({ ...mine, transaction_id: out.paid.data.transaction_id }),
  );
  out.refund = await seen(wxpay.v3.refund.domestic.refunds.post({
    transaction_id: out.paid.data.transaction_id,
    out_refund_no: 'axios-back-1',
    notify_url: `${told.shop}/notify`,
    amount: { refund: 300, total: 1295, currency: 'CNY' },
  }));
  out.refunded = await seen(
    wxpay.v3.refund.domestic.refunds._out_refund_no_.get({ out_refund_no: 'axios-back-1' }),
  );
  out.notified = await notified(2, certs);
  await seen(transactions.native.post(order('axios-0002')));
  const close = transactions.outTradeNo.$out_trade_no$.close;
  out.close = await seen(close.post({ mchid: told.mchid }, { out_trade_no: 'axios-0002' }));
  out.close_paid = await seen(close.post({ mchid: told.mchid }, { out_trade_no: 'axios-0001' }));
  out.unknown = await seen(transactions.outTradeNo.$out_trade_no$.get(by('nothing-1')));
  return out;
}

async function bill() {
  const asked = await wxpay.v3.bill.tradebill.get({ params: { bill_date: told.day, bill_type: 'ALL' } });
  const file = await wxpay.v3.billdownload.file.get({
    params: { token: new URL(asked.data.download_url).searchParams.get('token') },
    responseType: 'arraybuffer',
  });
  const { rows, summary } = Formatter.castCsvBill(file.data);
  const hash = crypto.createHash('sha1').update(file.data).digest('hex');
  return { holds: hash === asked.data.hash_value, rows, summary };
}

// Asked by HMAC-SHA256; MD5 is off unless the merchant registered it.
async function collect() {
  const who = { appid: told.appid, mch_id: told.mchid, sign_type: 'HMAC-SHA256' };
  const scan = async (number, fee) => seen(wxpay.v2.pay.micropay.post({
    ...who,
    body: 'tea',
    out_trade_no: number,
    total_fee: fee,
    spbill_create_ip: '127.0.0.1',
    auth_code: (await ask('/digits', {})).digits,
  }));
  const out = {};
  out.small = await scan('axios-v2-1', '1295');
  out.large = await scan('axios-v2-2', '100001');
  out.asked = await seen(wxpay.v2.pay.orderquery.post({ ...who, out_trade_no: 'axios-v2-2' }));
  await ask('/approve', {});
  out.agreed = await seen(wxpay.v2.pay.orderquery.post({ ...who, out_trade_no: 'axios-v2-2' }));
  out.reversed = await seen(
    wxpay.v2.secapi.pay.reverse.post({ ...who, out_trade_no: 'axios-v2-2' }, { security: true }),
  );
  out.rate = await seen(
    wxpay.v2.pay.queryexchagerate.post({ ...who, fee_type: 'EUR', date: told.day.replaceAll('-', '') }),
  );
  return out;
}

async function main() {
  const out = { sell: await sell(), bill: await bill(), collect: await collect() };
  process.stdout.write(JSON.stringify(out));
}

main().catch((error) => { process.stderr.write(`${error.stack}\n`); process.exit(1); });

// A shop in Berlin, written with npm's wechatpay-axios-plugin, unmodified: it speaks the overseas
// API by the addresses themselves, and verifies every answer. It is told what it needs by JSON on
// its standard input.
'use strict';

const crypto = require('node:crypto');
const { Wechatpay, Rsa, Formatter } = require(
  require.resolve('wechatpay-axios-plugin', { paths: [process.cwd()] }),
);

const { told, ask, seen, notified } = require('./axios_plugin_common.cjs');

const certs = told.platform_certificates;
const wxpay = new Wechatpay({
  baseURL: 'https://apihk.mch.weixin.qq.com/',
  mchid: told.mchid,
  serial: told.serial_no,
  privateKey: told.private_key,
  certs,
});
const mine = { params: { mchid: told.mchid } };

const order = (number, kind) => ({
  appid: told.appid,
  mchid: told.mchid,
  description: 'tea',
  out_trade_no: number,
  notify_url: `${told.shop}/notify`,
  trade_type: kind,
  merchant_category_code: '5912',
  amount: { total: 1750, currency: 'EUR' },
});

const back = (number, sold, refund) => seen(wxpay.chain('v3/global/refunds').post({
  mchid: told.mchid,
  out_trade_no: sold,
  out_refund_no: number,
  notify_url: `${told.shop}/notify`,
  amount: { refund, total: 1750, currency: 'EUR' },
}));

async function statement() {
  const { data, headers } = await wxpay.chain('v3/global/statements').get({
    params: { mchid: told.mchid, date: told.day, statement_type: 'ALL' },
    responseType: 'arraybuffer',
  });
  const hash = crypto.createHash('sha1').update(data).digest('hex');
  const signed = Formatter.response(
    headers['wechatpay-timestamp'], headers['wechatpay-nonce'], JSON.stringify({ sha1: hash }),
  );
  const key = certs[headers['wechatpay-serial']];
  return {
    holds: Rsa.verify(signed, headers['wechatpay-signature'], key),
    rows: Formatter.castCsvBill(data).rows,
  };
}

async function main() {
  const out = {};
  out.certificates = await seen(wxpay.chain('v3/global/certificates').get());
  out.poor = await back('back-1', told.yesterday, 500);
  out.native = await seen(wxpay.chain('v3/global/transactions/native').post(order('hk-0001', 'NATIVE')));
  await ask('/pay', { code: out.native.data.code_url });
  out.paid = await seen(wxpay.chain('v3/global/transactions/out-trade-no/hk-0001').get(mine));
  out.by_id = await seen(wxpay.chain(`v3/global/transactions/id/${out.paid.data.id}`).get(mine));
  out.again = await back('back-1', told.yesterday, 500);
  await back('back-2', 'hk-0001', 300);
  out.listed = await seen(wxpay.chain('v3/global/refunds').get({
    params: { mchid: told.mchid, out_trade_no: 'hk-0001', offset: 0, count: 10 },
  }));
  out.refunded = await seen(wxpay.chain('v3/global/refunds/out-refund-no/back-2').get(mine));
  out.refunded_by_id = await seen(
    wxpay.chain(`v3/global/refunds/id/${out.refunded.data.id}`).get(mine),
  );
  out.notified = await notified(told.told_before + 3, certs);
  out.prepaid = {};
  for (const kind of ['jsapi', 'app', 'mweb']) {
    out.prepaid[kind] = await seen(wxpay.chain(`v3/global/transactions/${kind}`).post({
      ...order(`hk-${kind}`, kind.toUpperCase()),
      payer: kind === 'jsapi' ? { openid: 'oUpF8uMuAJO_M2pxb1Q9zNjWeS6o' } : undefined,
      scene_info: { payer_client_ip: '14.23.150.211', h5_info: { type: 'Wap' } },
    }));
  }
  out.closed = await seen(
    wxpay.chain('v3/global/transactions/out-trade-no/hk-app/close').post({ mchid: told.mchid }),
  );
  out.scanned = await seen(wxpay.chain('v3/global/micropay/transactions/pay').post({
    ...order('hk-code', 'MICROPAY'),
    notify_url: undefined,
    payer: { auth_code: (await ask('/digits', {})).digits },
  }));
  out.undone = await seen(
    wxpay.chain('v3/global/micropay/transactions/out-trade-no/hk-code/reverse').post({
      appid: told.appid, mchid: told.mchid,
    }),
  );
  out.statement = await statement();
  const settlements = (asked) => seen(wxpay.chain('v3/global/settle/settlements').get({
    params: { ...asked, limit: 10, offset: 0 },
  }));
  out.owed = await settlements({ settle_state: 'UNSETTLE' });
  out.settled = await settlements({
    settle_state: 'SETTLED', settle_start_date: '20200101', settle_end_date: '20200131',
  });
  out.unknown = await seen(wxpay.chain('v3/global/transactions/out-trade-no/nothing-1').get(mine));
  process.stdout.write(JSON.stringify(out));
}

main().catch((error) => { process.stderr.write(`${error.stack}\n`); process.exit(1); });

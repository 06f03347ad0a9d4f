// A shop written with npm's wechatpay-node-v3, unmodified. It is told what it needs by JSON on its
// standard input, and says what it saw on its standard output.
'use strict';

const crypto = require('node:crypto');
const fs = require('node:fs');
const WxPay = require(require.resolve('wechatpay-node-v3', { paths: [process.cwd()] }));

const told = JSON.parse(fs.readFileSync(0, 'utf8'));

async function ask(path, body) {
  const options = body && {
    method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body),
  };
  return (await fetch(told.shop + path, options)).json();
}

async function notified(shop, count) {
  let came = [];
  for (let tries = 0; tries < 200 && came.length < count; tries += 1) {
    came = await ask('/notified');
    await new Promise((wait) => setTimeout(wait, 50));
  }
  return Promise.all(came.map(async ({ headers, body }) => {
    const signed = {
      timestamp: headers['Wechatpay-Timestamp'],
      nonce: headers['Wechatpay-Nonce'],
      serial: headers['Wechatpay-Serial'],
      signature: headers['Wechatpay-Signature'],
    };
    const parsed = JSON.parse(body);
    const { ciphertext, associated_data: data, nonce } = parsed.resource;
    return {
      event_type: parsed.event_type,
      holds: await shop.verifySign({ ...signed, body }),
      holds_as_object: await shop.verifySign({ ...signed, body: parsed }),
      holds_altered: await shop.verifySign({ ...signed, body: body.replace('id', 'ID') }),
      resource: shop.decipher_gcm(ciphertext, data, nonce),
    };
  }));
}

// The hash is announced of the file as it is; this SDK gives the file as a text.
async function downloaded(shop, offered) {
  const { download_url: url, hash_value: announced } = offered.data;
  const { status, data } = await shop.downloadBill(url);
  const hash = crypto.createHash('sha1').update(data).digest('hex');
  return { status, holds: hash === announced, text: data };
}

async function main() {
  const shop = new WxPay({
    appid: told.appid,
    mchid: told.mchid,
    publicKey: Buffer.from(told.certificate),
    privateKey: Buffer.from(told.private_key),
    key: told.apiv3_key,
  });
  const order = (number) => ({
    description: 'tea 茶',
    out_trade_no: number,
    notify_url: `${told.shop}/notify`,
    amount: { total: 1295, currency: 'CNY' },
  });
  const seen = {};
  try {
    const certificates = await shop.get_certificates(told.apiv3_key);
    seen.certificates = certificates.map((each) => each.serial_no);
  } catch (error) {
    return { stopped: error.message };
  }
  seen.native = await shop.transactions_native(order('node-0001'));
  seen.unpaid = await shop.query({ out_trade_no: 'node-0001' });
  await ask('/pay', { code: seen.native.data.code_url });
  seen.paid = await shop.query({ out_trade_no: 'node-0001' });
  const number = seen.paid.data.transaction_id;
  seen.by_id = await shop.query({ transaction_id: number });
  seen.refund = await shop.refunds({
    transaction_id: number,
    out_refund_no: 'node-back-1',
    notify_url: `${told.shop}/notify`,
    amount: { refund: 300, total: 1295, currency: 'CNY' },
  });
  seen.refunded = await shop.find_refunds('node-back-1');
  seen.notified = await notified(shop, 2);
  seen.jsapi = await shop.transactions_jsapi({ ...order('node-0002'), payer: { openid: 'o1' } });
  seen.app = await shop.transactions_app(order('node-0003'));
  seen.h5 = await shop.transactions_h5({
    ...order('node-0004'),
    scene_info: { payer_client_ip: '14.23.150.211', h5_info: { type: 'Wap' } },
  });
  seen.close = await shop.close('node-0004');
  seen.close_paid = await shop.close('node-0001');
  seen.bill = await downloaded(shop, await shop.tradebill({ bill_date: told.day, bill_type: 'ALL' }));
  seen.flow = await downloaded(shop, await shop.fundflowbill({ bill_date: told.day }));
  for (const answer of Object.values(seen)) if (answer.errRaw) delete answer.errRaw;
  return seen;
}

main().then((seen) => process.stdout.write(JSON.stringify(seen))).catch((error) => { process.stderr.write(`${error.stack}\n`); process.exit(1); });

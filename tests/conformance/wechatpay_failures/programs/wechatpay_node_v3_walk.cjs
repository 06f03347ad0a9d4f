// A shop written with npm's wechatpay-node-v3, unmodified, walks a table of failures. What to do
// comes as JSON on its standard input, what the SDK gave for each call goes to its standard output.
'use strict';

const fs = require('node:fs');
const WxPay = require(require.resolve('wechatpay-node-v3', { paths: [process.cwd()] }));

const told = JSON.parse(fs.readFileSync(0, 'utf8'));

function shopOf(client) {
  const who = told.clients[client];
  return new WxPay({
    appid: who.appid,
    mchid: who.mchid,
    serial_no: who.serial_no,
    publicKey: Buffer.from(who.certificate),
    privateKey: Buffer.from(who.private_key),
    key: who.apiv3_key,
  });
}

const CALLS = {
  native: (shop, said) => shop.transactions_native(said),
  jsapi: (shop, said) => shop.transactions_jsapi(said),
  app: (shop, said) => shop.transactions_app(said),
  h5: (shop, said) => shop.transactions_h5(said),
  query: (shop, said) => shop.query(said),
  query_by_id: (shop, said) => shop.query(said),
  close: (shop, said) => shop.close(said.out_trade_no),
  refund: (shop, said) => shop.refunds(said),
  query_refund: (shop, said) => shop.find_refunds(said.out_refund_no),
  trade_bill: (shop, said) => shop.tradebill(said),
  fund_flow_bill: (shop, said) => shop.fundflowbill(said),
  download: (shop, said) => shop.downloadBill(said.url),
};

// Puts what was answered before in its place (`<code_url>`).
function filled(said, last) {
  if (said && typeof said === 'object') {
    return Object.fromEntries(Object.entries(said).map(([name, each]) => [name, filled(each, last)]));
  }
  return typeof said === 'string' && said.startsWith('<') ? last[said.slice(1, -1)] : said;
}

// A failure is the answer's text in `error`; 202 is no failure to this SDK.
async function call(client, step, last) {
  const { status, data, error } = await CALLS[step.name](shopOf(client), filled(step.said, last));
  return { ...(error ? JSON.parse(error) : data), status };
}

async function ask(step, last) {
  const answer = await fetch(`${told.shop}/do`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ ...step, last }),
  });
  return answer.json();
}

async function walked(failure) {
  let last = {};
  for (const step of failure.before) {
    last = await (step.is_call ? call('', step, last) : ask(step, last));
  }
  const { status, code, message } = await call(failure.client, failure.call, last);
  for (const name of failure.after) await ask({ name, said: {} }, {});
  return { status, code, message };
}

async function main() {
  const seen = [];
  for (const failure of told.failures) seen.push(await walked(failure));
  process.stdout.write(JSON.stringify(seen));
}

main().catch((error) => { process.stderr.write(`${error.stack}\n`); process.exit(1); });

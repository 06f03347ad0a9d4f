// Calls by npm's alipay-sdk: reads what to call as JSON, writes what came of each.
// Packages are found from the folder the program is run in.
"use strict";
const { createRequire } = require("node:module");
const { AlipaySdk } = createRequire(`${process.cwd()}/`)("alipay-sdk");

async function read() {
  let text = "";
  for await (const piece of process.stdin) text += piece;
  return JSON.parse(text);
}

async function outcome(call) {
  try {
    return await call();
  } catch (error) {
    return { raised: error.name, said: error.message, code: error.code, status: error.responseHttpStatus };
  }
}

// What the SDK leaves to its caller: fetch the file of a bill.
async function downloaded(answer) {
  const file = await fetch(answer.billDownloadUrl || answer.data.bill_download_url);
  return Buffer.from(await file.arrayBuffer()).toString("base64");
}

async function main() {
  const said = await read();
  const certificates = said.app_cert && {
    appCertContent: said.app_cert,
    alipayPublicCertContent: said.alipay_cert,
    alipayRootCertContent: said.root_cert,
  };
  const sdk = new AlipaySdk({
    appId: said.app_id,
    privateKey: said.private_key,
    signType: said.sign_type || "RSA2",
    gateway: said.gateway,
    endpoint: said.endpoint,
    encryptKey: said.encrypt_key,
    ...(certificates || { alipayPublicKey: said.alipay_public_key }),
  });
  const answers = [];
  if (said.notification) answers.push(sdk.checkNotifySignV2(said.notification));
  for (const [method, bizContent, more = {}] of said.calls || []) {
    const { encrypted, ...parameters } = more;
    const options = { validateSign: !encrypted, ...parameters };
    const sent = { bizContent, ...parameters, ...(encrypted && { needEncrypt: true }) };
    answers.push(await outcome(() => sdk.exec(method, sent, options)));
  }
  for (const [verb, path, options] of said.rest || []) {
    answers.push(await outcome(() => sdk.curl(verb, path, options)));
  }
  const bills = answers.filter((each) => each.billDownloadUrl || each.data?.bill_download_url);
  for (const each of bills) answers.push(await downloaded(each));
  for (const [method, verb, bizContent, returnUrl] of said.pages || []) {
    const sent = { bizContent, ...(returnUrl && { returnUrl }) };
    answers.push(verb === "APP" ? sdk.sdkExecute(method, sent) : sdk.pageExecute(method, verb, sent));
  }
  process.stdout.write(JSON.stringify(answers));
}

main();

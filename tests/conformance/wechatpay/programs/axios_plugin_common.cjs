// What both shops do that are written with npm's wechatpay-axios-plugin: they read what they are told,
// ask the shop's own address, see how a call ended, and open what the platform sent.
'use strict';

const fs = require('node:fs');
const { Aes, Rsa, Formatter } = require(
  require.resolve('wechatpay-axios-plugin', { paths: [process.cwd()] }),
);

const told = JSON.parse(fs.readFileSync(0, 'utf8'));

async function ask(path, body) {
  const options = body && {
    method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body),
  };
  return (await fetch(told.shop + path, options)).json();
}

// What a call gives, or how it was refused.
async function seen(call) {
  try {
    const { status, data } = await call;
    return { status, data };
  } catch (error) {
    const { response } = error;
    return response ? { status: response.status, data: response.data } : { stopped: error.message };
  }
}

async function notified(count, certs) {
  let came = [];
  for (let tries = 0; tries < 600 && came.length < count; tries += 1) {
    came = await ask('/notified');
    await new Promise((wait) => setTimeout(wait, 50));
  }
  return came.map(({ headers, body }) => {
    const text = Formatter.response(
      headers['Wechatpay-Timestamp'], headers['Wechatpay-Nonce'], body,
    );
    const { ciphertext, nonce, associated_data: data } = JSON.parse(body).resource;
    return {
      holds: Rsa.verify(text, headers['Wechatpay-Signature'], certs[headers['Wechatpay-Serial']]),
      resource: JSON.parse(Aes.AesGcm.decrypt(ciphertext, told.apiv3_key, nonce, data)),
    };
  });
}

module.exports = { told, ask, seen, notified };

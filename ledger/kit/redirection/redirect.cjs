// Preloaded into a Node program by `qrpay run` (NODE_OPTIONS=--require): connections by TLS to a
// vendor's host go to the sandbox on this machine, since Node's own https asks no proxy. The name in
// the certificate is checked as before. Nothing else is touched.
'use strict';

const tls = require('node:tls');

const hosts = new Set((process.env.QRPAY_RUN_HOSTS || '').split(','));
const port = Number(process.env.QRPAY_RUN_TLS_PORT);
const connect = tls.connect;

tls.connect = function (...args) {
  const options = args.find((each) => each !== null && typeof each === 'object') || {};
  const host = options.servername || options.host;
  if (!port || !hosts.has(host) || options.socket) return connect.apply(this, args);
  const callback = args.find((each) => typeof each === 'function');
  return connect.call(
    this, { ...options, host: '127.0.0.1', port, path: null, servername: host }, callback);
};

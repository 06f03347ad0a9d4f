// For a shop's page: what a page inside of WeChat finds there, when it is inside of this wallet.
//
//     <script src="http://127.0.0.1:8402/bridge.js"></script>
//
// `WeixinJSBridge.invoke("getBrandWCPayRequest", parameters, told)`, `wx.chooseWXPay` and
// `wx.requestPayment` hand the parameters to the wallet, which asks the payer. In any other window
// nothing is there, as in a browser that is not WeChat. The wallet hears and says (postMessage):
//
//     {qrpay: "pay", id, parameters}        {qrpay: "paid", id, err_msg, err_code, err_desc}

(() => {
  if (window.parent === window) return;
  const wallet = new URL(document.currentScript.src).origin;
  const asked = new Map();

  function pay(parameters, told) {
    const id = String(asked.size);
    asked.set(id, told);
    window.parent.postMessage({ qrpay: "pay", id, parameters }, wallet);
  }

  window.addEventListener("message", ({ data, origin, source }) => {
    if (origin !== wallet || source !== window.parent || data?.qrpay !== "paid") return;
    asked.get(data.id)?.({ err_msg: data.err_msg, err_code: data.err_code, err_desc: data.err_desc });
    asked.set(data.id, undefined);
  });

  /** Call `success`, `cancel` or `fail`, then `complete`, by what a name ends with. */
  function calling(name) {
    return ({ success, cancel, fail, complete, ...parameters }) => pay(parameters, (answer) => {
      const how = answer.err_msg.split(":")[1];
      const said = { ...answer, errMsg: answer.err_msg.replace("get_brand_wcpay_request", name) };
      ({ ok: success, cancel: cancel ?? fail, fail })[how]?.(said);
      complete?.(said);
    });
  }

  window.WeixinJSBridge = {
    invoke(name, parameters, told = () => {}) {
      if (name === "getBrandWCPayRequest") pay(parameters, told);
      else told({ err_msg: `${name}:fail`, err_desc: "this wallet pays and does nothing else" });
    },
  };
  window.wx = {
    ...window.wx,
    config() {},
    ready: (told) => told(),
    chooseWXPay: calling("chooseWXPay"),
    requestPayment: calling("requestPayment"),
  };
  document.dispatchEvent(new Event("WeixinJSBridgeReady"));
})();

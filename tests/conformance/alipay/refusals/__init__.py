"""Each documented refusal as Alipay's SDKs read it: by a cause of its own, and on demand."""

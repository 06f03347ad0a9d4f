-- What the vendors' faces know: merchants' accounts, orders and refunds in the vendors' numbers.

CREATE TABLE vendor_account (
    vendor      TEXT NOT NULL CHECK (vendor IN ('alipay', 'antom', 'wechatpay')),
    account_id  TEXT NOT NULL CHECK (length(account_id) BETWEEN 1 AND 64),
    merchant_id TEXT NOT NULL REFERENCES merchant,
    terminal_id TEXT NOT NULL,
    added_at    BIGINT NOT NULL,
    settings    TEXT NOT NULL,              -- JSON: keys, certificates, switches
    PRIMARY KEY (vendor, account_id),
    FOREIGN KEY (merchant_id, terminal_id) REFERENCES terminal
);
CREATE INDEX vendor_account_of_merchant ON vendor_account (merchant_id, vendor, account_id);

CREATE TABLE vendor_order (
    payment_id  TEXT PRIMARY KEY REFERENCES payment,
    vendor      TEXT NOT NULL,
    face        TEXT NOT NULL,
    account_id  TEXT NOT NULL,
    out_no      TEXT NOT NULL CHECK (length(out_no) BETWEEN 1 AND 64),
    vendor_no   TEXT NOT NULL CHECK (length(vendor_no) BETWEEN 1 AND 64),
    created_at  BIGINT NOT NULL,
    code        TEXT NOT NULL,
    code_until  BIGINT,
    notify_url  TEXT NOT NULL,
    payer_alias TEXT NOT NULL,
    facts       TEXT NOT NULL,              -- JSON: what only the face needs
    UNIQUE (vendor, account_id, out_no),
    UNIQUE (vendor, vendor_no),
    FOREIGN KEY (vendor, account_id) REFERENCES vendor_account
);
CREATE UNIQUE INDEX vendor_order_by_code ON vendor_order (code) WHERE code <> '';
CREATE INDEX vendor_order_of_account ON vendor_order (vendor, account_id, created_at);
CREATE INDEX vendor_order_with_facts ON vendor_order (created_at)
    WHERE facts <> '{}' OR payer_alias <> '';

CREATE TABLE vendor_refund (
    refund_id  TEXT PRIMARY KEY REFERENCES refund,
    payment_id TEXT NOT NULL REFERENCES vendor_order,
    vendor     TEXT NOT NULL,
    face       TEXT NOT NULL,
    account_id TEXT NOT NULL,
    out_no     TEXT NOT NULL CHECK (length(out_no) BETWEEN 1 AND 64),
    vendor_no  TEXT NOT NULL CHECK (length(vendor_no) BETWEEN 1 AND 64),
    created_at BIGINT NOT NULL,
    notify_url TEXT NOT NULL,
    facts      TEXT NOT NULL,
    UNIQUE (payment_id, out_no),
    UNIQUE (vendor, vendor_no),
    FOREIGN KEY (vendor, account_id) REFERENCES vendor_account
);
CREATE INDEX vendor_refund_by_out_no ON vendor_refund (vendor, account_id, out_no);
CREATE INDEX vendor_refund_of_account ON vendor_refund (vendor, account_id, created_at);
CREATE INDEX vendor_refund_with_facts ON vendor_refund (created_at) WHERE facts <> '{}';

"""``qrpay conformance``: tries somebody's own till with everything that goes wrong at tills.

The till under test sells against a provider that this command starts; the command is the customer,
the weather, and the forger at the door. What it asks of a till is small: sell, tell, give back.

    tills       how a till is spoken to: four addresses (docs/use/conformance.md), or our own till
    dialects    what differs between Alipay, WeChat Pay and the native API
    stage       one till, one provider: what scenarios do to them, and what must be true then
    scenarios   what is tried, and what it costs to get it wrong
    run         one after the other, with a verdict each
    pace        how it waits
    report      as a table, as JUnit XML, as a page
    command     the command
"""

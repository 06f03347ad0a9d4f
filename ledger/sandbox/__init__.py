"""What turns a ledger into a sandbox: people who act, faults on demand, and a record of it all.

    wallets      demo payers who scan, agree and refuse without a phone
    magic_codes  digits that anybody can type, and the payers behind them
    timekeeper   lets time pass from one thing that is due to the next, with everybody at work
    record       every request that came, every notification that went out, with the answers
    checklist    what a merchant's program was seen to do right and wrong
    faults       what shall go wrong: data, matched to calls, orders and merchants
    doorway      stands in front of the app: keeps the journal and breaks answers
    snapshots    how things stood, to be put back
    control      the API by which others steer it
    courier      stands behind the notifier: keeps the deliveries and breaks those

Nothing in here is reached by a ledger that is no sandbox: ``ledger.app`` puts doorway and courier
in only where it is told to, and the books know nothing of either.
"""

"""Stories that are played at a sandbox: a shop that speaks, people who pay, things that break.

script       a story as a file: its steps, and what must be seen
tills        the demo shops' side: calls by each face, signed with published keys
letterbox    the shops' address for notifications
control_api  a sandbox, steered from outside
player       plays one story at a sandbox, wherever it runs
playing      plays stories one after the other, and tells how each went
reading      a story as a page for readers
own_till     a till at the provider's own API
at_home      a ledger that plays them at itself when its control API is told to
stories/     the stories of ``qrpay scenario``, one file each
events/      the shortest way to each event, for ``qrpay trigger``
"""

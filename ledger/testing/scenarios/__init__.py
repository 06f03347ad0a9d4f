"""Stories that are played at a sandbox: a shop that speaks, people who pay, things that break.

script      a story as a file: its steps, and what must be seen
tills       the demo shops' side: calls to Alipay and to WeChat Pay, signed with published keys
letterbox   the shops' address for notifications
player      plays a story at a sandbox, wherever it runs
stories/    the stories of ``qrpay scenario``, one file each
events/     the shortest way to each event, for ``qrpay trigger``
"""

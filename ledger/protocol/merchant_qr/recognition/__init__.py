"""What kind of code is this? One module for each family of codes, and the words for each kind.

``kinds`` names the kinds and ``words`` says of each what it is and what a wallet of this scheme
does with it; ``schemes`` is the table of schemes that use EMVCo's form. The recognisers look at a
text and either tell its kind with some facts, or pass: ``merchant_codes`` (EMVCo's form, ours and
others'), ``numbers`` (what a payer shows to a till), ``addresses`` (anything with a scheme and a
colon, with ``alipay_plus``), ``documents`` (lines of text). ``merchant_qr.read`` asks them in turn.

Nothing here verifies anything, and nothing here is fetched: a code is told by its form alone.
"""

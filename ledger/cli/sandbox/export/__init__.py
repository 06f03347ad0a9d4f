"""One payment's story, out of the sandbox's record, in forms that others read.

found       the requests and notifications about it, in their order, without secrets
curl        the requests as a script for a shell
har         the archive that browsers and proxies read
mermaid     a sequence diagram as text
pytest_file a test that asks the same again
"""

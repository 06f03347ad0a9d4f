"""By which codes WeChat Pay's calls can be refused, as the vendor's pages list them.

v3    of API v3, by the kind of a call, with the status of each
v2    of API v2, by call
"""

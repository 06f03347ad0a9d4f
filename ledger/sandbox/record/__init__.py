"""What a sandbox remembers: the requests that came, and the notifications that went out.

calls        what a request is about, read without believing it
journal      every request with its answer
whose        which merchant an account or a key belongs to
deliveries   every attempt to tell a merchant, with what the merchant said
log          how both are kept, and waited on
"""

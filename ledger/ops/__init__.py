"""What an operator needs beside the faces: keys on disk, background work, the demo world.

Nothing in here decides about money; it calls ``ledger.core`` as the faces do.
"""

"""``qrpay cluster``: the books on three PostgreSQL servers, so that one of them may die.

    etcd                 who leads is decided here, by a lease that the leader renews
    node1 node2 node3    Patroni and its PostgreSQL: one leads, two follow and confirm

A commit is acknowledged when the leader and at least one follower have it on disk (quorum commit,
Patroni manual, "Replication modes"); where no follower confirms, nothing is acknowledged. When the
leader is gone for as long as its lease, a follower that has everything takes over.

Everything listens on 127.0.0.1. On one machine this shows how the books behave; what guards them
against the loss of a machine is the same set-up on three (``docs/operations.md``).

Read ``layout`` (files, ports, passwords), ``patroni`` (what each node is told), ``programs``,
``members`` (who leads), ``servers`` (start and stop), ``commands``.
"""

"""Answers are passed on whole, with their header names respelled and no other byte touched."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.kit.redirection.answers import HEAD_MAX_BYTES, Answers

NAMES = ("Request-ID", "Wechatpay-Timestamp")
BODY = b"\r\nrequest-id: 9\r\n\r\nHTTP/1.1 200 OK\r\nrequest-id: 8\r\n\r\n"
ONE = b"HTTP/1.1 200 OK\r\nrequest-id: 7\r\nContent-Length: %d\r\n\r\n" % len(BODY) + BODY
NONE = b"HTTP/1.1 204 No Content\r\nwechatpay-timestamp: 5\r\n\r\n"
FIRST = b"HTTP/1.1 100 Continue\r\n\r\n"
SAID = FIRST + ONE + NONE + ONE
SPELLED_ONE = ONE.replace(b"request-id: 7", b"Request-ID: 7")
SPELLED_NONE = NONE.replace(b"wechatpay-timestamp", b"Wechatpay-Timestamp")
SPELLED = FIRST + SPELLED_ONE + SPELLED_NONE + SPELLED_ONE


@given(st.lists(st.integers(0, len(SAID)), max_size=8))
def test_however_it_is_cut_the_names_are_spelled_and_the_bodies_are_not(cuts: list[int]) -> None:
    answers, places = Answers(NAMES), [0, *sorted(cuts), len(SAID)]
    pieces = [SAID[begin:end] for begin, end in itertools.pairwise(places)]
    assert b"".join(answers.passed_on(piece) for piece in pieces) == SPELLED


@pytest.mark.parametrize(
    "said",
    [
        b"heard tea",
        b"HTTP/1.1 nonsense\r\nrequest-id: 7\r\n\r\n",
        b"HTTP/1." + b"x" * (HEAD_MAX_BYTES + 1),
    ],
)
def test_what_is_no_answer_is_passed_on_as_it_came(said: bytes) -> None:
    answers = Answers(NAMES)
    assert answers.passed_on(said) + answers.passed_on(ONE) == said + ONE


def test_after_an_answer_without_a_length_everything_is_its_body() -> None:
    head = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\nrequest-id: 7\r\n\r\n"
    said = Answers(NAMES).passed_on(head + ONE)
    assert said == head.replace(b"request-id", b"Request-ID") + ONE


def test_of_an_answer_that_is_never_whole_nothing_is_passed_on() -> None:
    answers = Answers(NAMES)
    assert answers.passed_on(NONE + ONE[:-1]) == SPELLED_NONE
    assert answers.passed_on(ONE[-1:]) == SPELLED_ONE

"""The published vectors of codes have the published form, and every one can be told apart."""

from __future__ import annotations

import json
from collections import Counter

import pytest

from ledger.protocol.errors import QrpayError, codes, content, trust
from tests.protocol import code_vectors

OURS = [
    "emvco_merchant_presented",
    "emvco_consumer_presented",
    "signed_codes",
    "recognised_codes",
]


ERROR_CODES = {
    error.code
    for module in (codes, content, trust)
    for error in vars(module).values()
    if isinstance(error, type) and issubclass(error, QrpayError)
}


@pytest.mark.parametrize("name", OURS)
def test_every_vector_has_an_id_of_its_own_and_says_why_it_is_there(name: str) -> None:
    vectors = code_vectors.load(name).vectors
    assert {key: count for key, count in Counter(v.id for v in vectors).items() if count > 1} == {}
    assert [vector.id for vector in vectors if not vector.note] == []


@pytest.mark.parametrize("name", OURS)
def test_every_result_is_valid_or_the_code_of_an_error(name: str) -> None:
    results = {vector.result for vector in code_vectors.load(name).vectors}
    assert results - ERROR_CODES == {"valid"}


def test_the_readme_names_every_file() -> None:
    readme = (code_vectors.FOLDER / "README.md").read_text("utf-8")
    assert [name for name in OURS if f"`{name}.json`" not in readme] == []


@pytest.mark.parametrize("name", OURS)
def test_no_two_vectors_are_the_same_code_at_the_same_time(name: str) -> None:
    vectors = code_vectors.load(name).vectors
    inputs = Counter((vector.input, vector.now) for vector in vectors)
    assert [text for text, count in inputs.items() if count > 1] == []


def test_the_published_schema_is_the_one_the_vectors_are_read_with() -> None:
    published = json.loads((code_vectors.FOLDER / "codes.schema.json").read_text("utf-8"))
    assert published == code_vectors.schema()

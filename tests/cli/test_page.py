"""What is printed of the page's address."""

from __future__ import annotations

from hipdrive.cli.page import told

LINK = "http://192.168.1.7:8710/?token=tOkEn"


def test_the_token_is_printed_for_who_started_it_and_kept_out_of_the_journal() -> None:
    assert told(LINK, {}) == LINK
    kept = told(LINK, {"JOURNAL_STREAM": "8:1234"})
    assert kept.startswith("http://192.168.1.7:8710/ ")
    assert "tOkEn" not in kept


def test_an_address_without_a_token_is_printed_as_it_is() -> None:
    link = "http://127.0.0.1:8710/"
    assert told(link, {"JOURNAL_STREAM": "8:1234"}) == link

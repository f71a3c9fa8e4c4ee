"""What Vaksam's own errors say on pages: the page's language, the file's own words as they are."""

import pytest
from django.template.loader import render_to_string
from django.test import Client
from django.utils import translation

from tests.support import workbooks
from vaksam.core.coverage import workbook
from vaksam.core.errors import BadFile, Fault
from vaksam.web.templatetags.faults import said


def faults_of(book: workbooks.Book) -> tuple[Fault, ...]:
    with pytest.raises(BadFile) as refused:
        workbook.read(book.write(), file_name="x.xlsx", names=workbooks.area_names())
    return refused.value.faults


@pytest.mark.parametrize(
    ("language", "expected"),
    [("sv", "Ett år från 2020 till 2022 behövs"), ("en", "A year from 2020 to 2022 is needed")],
)
def test_a_fault_is_told_in_the_language_of_the_page(language: str, expected: str) -> None:
    book = workbooks.small()
    row = book.find(workbooks.WEEKLY, Region="Stockholm", Vecka=53)
    book.set(workbooks.WEEKLY, row, "År", 1920)
    with translation.override(language):
        html = render_to_string("shell/faults.html", {"faults": faults_of(book)})
    assert expected in html
    assert f"<td>{workbooks.WEEKLY}</td>" in html
    assert f'<td class="number">{row}</td>' in html
    assert "<td>År</td>" in html
    assert "<td>1920</td>" in html


@pytest.mark.parametrize(
    ("address", "status", "expected"),
    [
        ("/coverage/?area=99", 404, "Det finns inget område med koden 99."),
        ("/en/coverage/?area=99", 404, "There is no area with the code 99."),
        ("/coverage/?week=x", 422, "Det finns ingen vecka ”x”"),
        ("/en/coverage/?week=x", 422, "There is no week “x”"),
    ],
)
def test_a_refusal_is_told_in_the_language_of_the_page(
    client: Client, example: object, address: str, status: int, expected: str
) -> None:
    response = client.get(address)
    assert response.status_code == status
    assert expected in response.content.decode()


def test_what_a_file_holds_is_not_taken_for_places() -> None:
    fault = Fault("x", "is below 0", value="{braces}")
    with translation.override("sv"):
        assert said(fault) == "är under 0"

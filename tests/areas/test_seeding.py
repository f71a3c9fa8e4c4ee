"""The country, 21 regions and 290 municipalities."""

import polars as pl
import pytest
from django.db import IntegrityError, transaction

from vaksam.areas import actions, queries
from vaksam.areas.models import Area, Shape
from vaksam.base.models import AuditEntry
from vaksam.core.errors import NotFound


@pytest.mark.django_db
def test_seed_creates_each_area_once():
    assert actions.seed() == 312
    assert actions.seed() == 0
    assert len(queries.regions()) == 21
    assert len(queries.municipalities()) == 290
    assert Shape.objects.count() == 312
    assert AuditEntry.objects.filter(action="areas.seed").count() == 1


def test_seeding_again_costs_one_query(seeded, django_assert_num_queries):
    with django_assert_num_queries(1):
        actions.seed()


def test_seed_adds_what_is_missing(seeded):
    Shape.objects.filter(area__code="2480").delete()
    Area.objects.filter(code="2480").delete()
    assert actions.seed() == 1
    assert queries.find("2480").name == "Umeå"


def test_names_and_codes_are_scbs_and_the_workbooks(seeded, official):
    regions = pl.read_csv(official("geo/regioner_21.csv"), infer_schema=False)
    assert [(r.code, r.name, r.short_name) for r in queries.regions()] == regions.rows()
    municipalities = pl.read_csv(official("geo/kommuner_290.csv"), infer_schema=False)
    expected = municipalities.select("kommun_kod", "kommun", "lan_kod").sort("kommun_kod").rows()
    found = [(m.code, m.name, m.region_code) for m in queries.municipalities()]
    assert found == expected


def test_areas_lie_in_each_other(seeded):
    umea = Area.objects.get(code="2480")
    assert umea.parent.code == "24"
    assert umea.parent.parent.code == "SE"
    assert len(queries.municipalities("24")) == 15


def test_find(seeded):
    assert queries.country().short_name == "Sverige"
    assert queries.find("24", kind="region").short_name == "Västerbotten"
    assert queries.find("2480").id == Area.objects.get(code="2480").pk
    for wrong in ({"code": "99"}, {"code": "24", "kind": "deso"}, {"code": "x"}):
        with pytest.raises(NotFound, match="no area"):
            queries.find(**wrong)
    with pytest.raises(NotFound, match="needs its edition"):
        queries.find("2480A0010")


def test_what_is_remembered_follows_a_rollback(seeded):
    assert len(queries.by_code()) == 312
    with transaction.atomic():
        Shape.objects.filter(area__code="2480").delete()
        Area.objects.filter(code="2480").delete()
        actions.seed()
        again = queries.find("2480").id
        transaction.set_rollback(True)
    assert queries.find("2480").id != again


def test_remembered_areas_cost_one_query(seeded, django_assert_num_queries):
    queries.by_code()
    with django_assert_num_queries(1):
        queries.regions()


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "municipality", "code": "24800"},
        {"kind": "deso", "code": "2480D0010", "edition": "2018"},
        {"kind": "deso", "code": "2480A0010", "edition": ""},
        {"kind": "municipality", "code": "2499", "edition": "2018"},
        {"kind": "street", "code": "2499"},
    ],
)
def test_the_database_refuses_codes_that_do_not_fit(seeded, wrong):
    with pytest.raises(IntegrityError), transaction.atomic():
        Area.objects.create(name="x", short_name="x", parent_id=queries.country().id, **wrong)

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Area",
            fields=[
                ("id", models.AutoField(primary_key=True, serialize=False)),
                ("kind", models.CharField(max_length=12)),
                ("code", models.CharField(max_length=9)),
                ("edition", models.CharField(blank=True, default="", max_length=4)),
                ("name", models.CharField(max_length=100)),
                ("short_name", models.CharField(max_length=100)),
                ("region_code", models.CharField(blank=True, default="", max_length=2)),
                ("municipality_code", models.CharField(blank=True, default="", max_length=4)),
                (
                    "parent",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="parts",
                        to="areas.area",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Shape",
            fields=[
                (
                    "area",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        serialize=False,
                        to="areas.area",
                    ),
                ),
                ("wkb", models.BinaryField()),
            ],
        ),
        migrations.CreateModel(
            name="Characteristic",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(max_length=60)),
                ("year", models.PositiveSmallIntegerField()),
                ("name", models.CharField(max_length=200)),
                ("unit", models.CharField(max_length=60)),
                ("publisher", models.CharField(max_length=120)),
                ("description", models.TextField(blank=True, default="")),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("code", "year"), name="areas_characteristic_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="CharacteristicValue",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("value", models.FloatField(null=True)),
                (
                    "area",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="areas.area",
                    ),
                ),
                (
                    "characteristic",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="values",
                        to="areas.characteristic",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Population",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("year", models.PositiveSmallIntegerField()),
                ("age_from", models.PositiveSmallIntegerField()),
                ("age_to", models.PositiveSmallIntegerField(null=True)),
                (
                    "sex",
                    models.CharField(
                        choices=[("total", "all"), ("women", "women"), ("men", "men")], max_length=5
                    ),
                ),
                ("count", models.PositiveIntegerField()),
                (
                    "area",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="areas.area",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Version",
            fields=[
                (
                    "id",
                    models.PositiveSmallIntegerField(
                        default=1, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("token", models.UUIDField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("id", 1)), name="areas_version_is_one"
                    )
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="area",
            constraint=models.UniqueConstraint(
                fields=("kind", "edition", "code"), name="areas_area_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="area",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("code__regex", "^SE$"), ("kind", "country")),
                    models.Q(("code__regex", "^\\d{2}$"), ("kind", "region")),
                    models.Q(("code__regex", "^\\d{4}$"), ("kind", "municipality")),
                    models.Q(("code__regex", "^\\d{4}R\\d{3}$"), ("kind", "regso")),
                    models.Q(("code__regex", "^\\d{4}[ABC]\\d{4}$"), ("kind", "deso")),
                    _connector="OR",
                ),
                name="areas_area_code_fits_kind",
            ),
        ),
        migrations.AddConstraint(
            model_name="area",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("edition", ""), ("kind__in", ["country", "region", "municipality"])),
                    models.Q(("edition__in", ("2018", "2025")), ("kind__in", ["regso", "deso"])),
                    _connector="OR",
                ),
                name="areas_area_edition_fits_kind",
            ),
        ),
        migrations.AddConstraint(
            model_name="area",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "country"), ("parent__isnull", True)),
                    models.Q(
                        models.Q(("kind", "country"), _negated=True), ("parent__isnull", False)
                    ),
                    _connector="OR",
                ),
                name="areas_area_has_parent",
            ),
        ),
        migrations.AddConstraint(
            model_name="characteristicvalue",
            constraint=models.UniqueConstraint(
                fields=("characteristic", "area"), name="areas_characteristic_value_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="population",
            constraint=models.UniqueConstraint(
                fields=("area", "year", "sex", "age_from", "age_to"),
                name="areas_population_once",
                nulls_distinct=False,
            ),
        ),
        migrations.AddConstraint(
            model_name="population",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("age_to__isnull", True), ("age_to__gte", models.F("age_from")), _connector="OR"
                ),
                name="areas_population_ages",
            ),
        ),
        migrations.AddConstraint(
            model_name="population",
            constraint=models.CheckConstraint(
                condition=models.Q(("sex__in", ["total", "women", "men"])),
                name="areas_population_sex_known",
            ),
        ),
    ]

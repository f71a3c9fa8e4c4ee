"""What a vaccination programme has set out to do."""

from django.db import models


class Goal(models.Model):
    """At least `share` of the ages `age_from` to `age_to` have `doses` doses on `by_on`."""

    code = models.SlugField(max_length=60, primary_key=True)
    name_sv = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200)
    age_from = models.PositiveSmallIntegerField()
    age_to = models.PositiveSmallIntegerField(null=True, help_text="Null: and older.")
    doses = models.PositiveSmallIntegerField()
    share = models.FloatField()
    by_on = models.DateField()
    source = models.TextField()
    author = models.CharField(max_length=100)
    checker = models.CharField(max_length=100)
    review_on = models.DateField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(share__gt=0, share__lte=1), name="programmes_goal_share"
            ),
            models.CheckConstraint(
                condition=models.Q(doses__gte=1), name="programmes_goal_has_a_dose"
            ),
            models.CheckConstraint(
                condition=models.Q(age_to__isnull=True)
                | models.Q(age_to__gte=models.F("age_from")),
                name="programmes_goal_ages",
            ),
        ]

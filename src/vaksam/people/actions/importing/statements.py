"""The SQL of an import: sets of rows, never one by one.

`people_new` and `people_new_identity` are temporary tables of the session, filled once by COPY.
Each batch is the rows from %(first)s to %(last)s.
"""

STAGE = """
CREATE TEMP TABLE people_new (
    row bigint PRIMARY KEY, given_name text, family_name text, region text, street text, city text,
    household text, language text, mobile text, email text, sex smallint, residence text,
    contact text, protected text, interpreter boolean, digital_identity boolean,
    extra_time boolean, travel_help boolean, home_visit boolean, postcode text, municipality text,
    small_area text, latitude double precision, longitude double precision, died_on date,
    moved_out_on date, born_on date, born_year smallint,
    person bigint, made boolean DEFAULT false, household_id bigint, area_id int
);
CREATE TEMP TABLE people_new_identity (row bigint, kind text, issuer text, value text);
"""
DROP = "DROP TABLE IF EXISTS people_new, people_new_identity"
INDEX = """
CREATE INDEX ON people_new_identity (row);
ANALYZE people_new; ANALYZE people_new_identity;
"""
FIND = """
UPDATE people_new n SET person = found.person FROM (
    SELECT i.row, min(coalesce(p.merged_into_id, p.id)) AS person
    FROM people_new_identity i
    JOIN people_identity k ON k.value = i.value AND k.kind = i.kind AND k.issuer = i.issuer
    JOIN people_person p ON p.id = k.person_id
    WHERE i.row BETWEEN %(first)s AND %(last)s GROUP BY i.row
) found WHERE found.row = n.row
"""
# Rows whose identities are of several persons, of a person of another region, or give a second
# personal number to somebody.
CONFLICTS = """
SELECT i.row, 'two-persons' FROM people_new_identity i
    JOIN people_identity k ON k.value = i.value AND k.kind = i.kind AND k.issuer = i.issuer
    JOIN people_person p ON p.id = k.person_id
    GROUP BY i.row HAVING count(DISTINCT coalesce(p.merged_into_id, p.id)) > 1
UNION ALL
SELECT n.row, 'two-numbers' FROM people_new n
    JOIN people_new_identity i ON i.row = n.row AND i.kind = 'personal_number'
    JOIN people_identity k ON k.person_id = n.person AND k.kind = 'personal_number'
        AND k.valid_to IS NULL AND k.value <> i.value
ORDER BY 1 LIMIT 1001
"""
NUMBER = """
UPDATE people_new SET person = nextval(pg_get_serial_sequence('people_person', 'id')), made = true
WHERE row BETWEEN %(first)s AND %(last)s AND person IS NULL
"""
AREAS = """
UPDATE people_new n SET area_id = a.id FROM areas_area a
WHERE n.row BETWEEN %(first)s AND %(last)s AND n.small_area <> '' AND a.kind = 'deso'
  AND a.code = n.small_area
"""
# None of somebody whose identity is protected here: what a file calls it may be the address.
HOUSEHOLDS = """
INSERT INTO people_household (region_code, file_key)
    SELECT DISTINCT n.region, n.household FROM people_new n
    LEFT JOIN people_person o ON o.id = n.person AND o.protection <> ''
    WHERE n.row BETWEEN %(first)s AND %(last)s AND n.household <> '' AND o.id IS NULL
    ON CONFLICT DO NOTHING
"""
IN_HOUSEHOLDS = """
UPDATE people_new n SET household_id = h.id FROM people_household h
WHERE n.row BETWEEN %(first)s AND %(last)s AND n.household <> ''
  AND h.region_code = n.region AND h.file_key = n.household
"""
INSERT = """
INSERT INTO people_person (id, region_code, given_name, family_name, born_on, born_year, sex,
    protection, municipality_code, small_area_id, street, postcode, city, latitude, longitude,
    residence, household_id, language, interpreter, digital_identity, extra_time, travel_help,
    home_visit, died_on, moved_out_on)
SELECT person, region, given_name, family_name, born_on, born_year, sex, protected, municipality,
    area_id, street, postcode, city, latitude, longitude, coalesce(nullif(residence, ''),
    'own_home'), household_id, language, coalesce(interpreter, false), digital_identity,
    coalesce(extra_time, false), coalesce(travel_help, false), coalesce(home_visit, false),
    died_on, moved_out_on
FROM people_new WHERE row BETWEEN %(first)s AND %(last)s AND made
"""
# An empty cell leaves what is known. A new street is a new address: all of it is replaced.
UPDATE = """
UPDATE people_person p SET (region_code, given_name, family_name, born_on, born_year, sex,
    protection, municipality_code, small_area_id, street, postcode, city, latitude, longitude,
    residence, household_id, language, interpreter, digital_identity, extra_time, travel_help,
    home_visit, died_on, moved_out_on) = ROW (w.*)
FROM (
    SELECT n.person AS id, {wanted} FROM people_new n JOIN people_person o ON o.id = n.person
    WHERE n.row BETWEEN %(first)s AND %(last)s AND NOT n.made
) found (id, {names}), LATERAL (SELECT {listed}) w
WHERE p.id = found.id AND (p.region_code, p.given_name, p.family_name, p.born_on, p.born_year,
    p.sex, p.protection, p.municipality_code, p.small_area_id, p.street, p.postcode, p.city,
    p.latitude, p.longitude, p.residence, p.household_id, p.language, p.interpreter,
    p.digital_identity, p.extra_time, p.travel_help, p.home_visit, p.died_on, p.moved_out_on)
    IS DISTINCT FROM ROW (w.*)
"""
IDENTITIES = """
INSERT INTO people_identity (person_id, kind, issuer, value)
    SELECT n.person, i.kind, i.issuer, i.value FROM people_new_identity i
    JOIN people_new n ON n.row = i.row
    WHERE i.row BETWEEN %(first)s AND %(last)s ON CONFLICT DO NOTHING
"""
# Somebody made here whom another session has registered since the batch looked for them.
OVERTAKEN = """
SELECT EXISTS (
    SELECT FROM people_new n JOIN people_new_identity i ON i.row = n.row
    JOIN people_identity k ON k.value = i.value AND k.kind = i.kind AND k.issuer = i.issuer
    WHERE n.row BETWEEN %(first)s AND %(last)s AND n.made AND k.person_id <> n.person)
"""
# The newest choices as one set: looked up one by one, a planner that knows little of the table
# reads all of it for every person.
CONTACTS = """
INSERT INTO people_contactchoice (person_id, channel, mobile, email, chosen_at, by_id)
    SELECT n.person, coalesce(nullif(n.contact, ''), 'letter'), n.mobile, n.email, %(now)s, %(by)s
    FROM people_new n LEFT JOIN (
        SELECT DISTINCT ON (c.person_id) c.person_id, c.channel, c.mobile, c.email
        FROM people_contactchoice c JOIN people_new m ON m.person = c.person_id
        WHERE m.row BETWEEN %(first)s AND %(last)s AND NOT m.made
        ORDER BY c.person_id, c.id DESC) last ON last.person_id = n.person
    WHERE n.row BETWEEN %(first)s AND %(last)s AND (n.contact, n.mobile, n.email) <> ('', '', '')
      AND (last.channel, last.mobile, last.email) IS DISTINCT FROM
          (coalesce(nullif(n.contact, ''), 'letter')::varchar, n.mobile::varchar, n.email::varchar)
"""

PROTECTED = """
SELECT person, protected FROM people_new
WHERE row BETWEEN %(first)s AND %(last)s AND protected <> ''
"""

_PROTECTED = "coalesce(nullif(n.protected, ''), o.protection)"
_MOVED = "(n.street <> '' OR n.municipality <> '')"
_WANTED = {
    "region_code": "n.region",
    "given_name": "coalesce(nullif(n.given_name, ''), o.given_name)",
    "family_name": "coalesce(nullif(n.family_name, ''), o.family_name)",
    "born_on": "CASE WHEN n.born_year IS NULL THEN o.born_on"
               " WHEN n.born_on IS NULL AND o.born_year = n.born_year THEN o.born_on"
               " ELSE n.born_on END",
    "born_year": "coalesce(n.born_year, o.born_year)",
    "sex": "coalesce(nullif(n.sex, 0), o.sex)",
    "protection": _PROTECTED,
}  # fmt: skip


def _place(new: str, old: str, empty: str) -> str:
    """Nothing of a protected person; a new address whole; else what is known."""
    return f"CASE WHEN {_PROTECTED} <> '' THEN {empty} WHEN {_MOVED} THEN {new} ELSE {old} END"


_WANTED |= {
    "municipality_code": _place("n.municipality", "o.municipality_code", "''"),
    "small_area_id": _place("n.area_id", "o.small_area_id", "NULL"),
    "street": _place("n.street", "o.street", "''"),
    "postcode": _place("n.postcode", "o.postcode", "''"),
    "city": _place("n.city", "o.city", "''"),
    "latitude": _place("n.latitude", "o.latitude", "NULL"),
    "longitude": _place("n.longitude", "o.longitude", "NULL"),
    "residence": "coalesce(nullif(n.residence, ''), o.residence)",
    "household_id": f"CASE WHEN {_PROTECTED} <> '' THEN NULL"
                    " ELSE coalesce(n.household_id, o.household_id) END",
    "language": "coalesce(nullif(n.language, ''), o.language)",
    **{name: f"coalesce(n.{name}, o.{name})" for name in
       ("interpreter", "digital_identity", "extra_time", "travel_help", "home_visit")},
    "died_on": "coalesce(n.died_on, o.died_on)",
    "moved_out_on": "coalesce(n.moved_out_on, o.moved_out_on)",
}  # fmt: skip
_NAMES = ", ".join(f"w_{name}" for name in _WANTED)
CHANGE = UPDATE.format(wanted=", ".join(_WANTED.values()), names=_NAMES, listed=_NAMES)

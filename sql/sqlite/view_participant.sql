-- ?1 institution, ?2 participant, ?3 therapy, ?4 treated, ?5 seq; the first report wins but for treated.
-- A row that stays as it is is not written: most reports are of participants known and treated.
INSERT INTO views.participant (institution, participant, therapy, treated, registered)
VALUES (?1, ?2, ?3, ?4, ?5)
ON CONFLICT (institution, participant) DO UPDATE SET treated = excluded.treated
WHERE treated < excluded.treated;

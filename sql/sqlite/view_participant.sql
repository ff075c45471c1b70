-- ?1 institution, ?2 participant, ?3 therapy, ?4 treated, ?5 seq; the first report wins but for treated
INSERT INTO views.participant (institution, participant, therapy, treated, registered)
VALUES (?1, ?2, ?3, ?4, ?5)
ON CONFLICT (institution, participant) DO UPDATE SET treated = max(treated, excluded.treated);

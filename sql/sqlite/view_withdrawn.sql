-- ?1 institution, ?2 participant, ?3 seq
INSERT INTO views.withdrawn (institution, participant, seq) VALUES (?1, ?2, ?3);

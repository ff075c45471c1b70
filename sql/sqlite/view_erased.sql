-- ?1 tag, ?2 seq
INSERT INTO views.erased_participant (tag, seq) VALUES (?1, ?2);

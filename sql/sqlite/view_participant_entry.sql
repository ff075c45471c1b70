-- ?1 block, ?2 institution, ?3 participant, ?4 seq
INSERT INTO views.participant_entry (block, institution, participant, seq) VALUES (?1, ?2, ?3, ?4);

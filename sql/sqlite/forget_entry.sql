-- ?1 institution, ?2 participant, ?3 seq
DELETE FROM views.participant_entry WHERE institution = ?1 AND participant = ?2 AND seq = ?3;

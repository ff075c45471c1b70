-- ?1 block, ?2 institution, ?3 participant, ?4 seq
DELETE FROM views.participant_entry WHERE block = ?1 AND institution = ?2 AND participant = ?3 AND seq = ?4;

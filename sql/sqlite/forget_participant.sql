-- ?1 institution, ?2 participant
DELETE FROM views.participant WHERE institution = ?1 AND participant = ?2;

-- ?1 institution, ?2 participant
DELETE FROM views.withdrawn WHERE institution = ?1 AND participant = ?2;

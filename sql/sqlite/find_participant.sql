-- ?1 institution, ?2 participant
SELECT therapy, treated FROM participant WHERE institution = ?1 AND participant = ?2;

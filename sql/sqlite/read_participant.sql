-- ?1 institution, ?2 participant
SELECT therapy, registered FROM participant WHERE institution = ?1 AND participant = ?2;

-- ?1 institution, ?2 participant
SELECT therapy, treated,
  EXISTS (SELECT 1 FROM withdrawn WHERE institution = ?1 AND participant = ?2)
FROM participant WHERE institution = ?1 AND participant = ?2;

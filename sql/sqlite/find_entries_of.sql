-- ?1 institution, ?2 participant
SELECT seq FROM participant_entry WHERE institution = ?1 AND participant = ?2 ORDER BY seq;

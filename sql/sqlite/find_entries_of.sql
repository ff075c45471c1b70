-- ?1 institution, ?2 participant
WITH RECURSIVE blocks (block) AS (
  SELECT 0 UNION ALL SELECT block + 1 FROM blocks WHERE block < (SELECT max(block) FROM participant_entry)
)
SELECT seq FROM blocks CROSS JOIN participant_entry USING (block)
WHERE institution = ?1 AND participant = ?2 ORDER BY seq;

-- ?1 tag
SELECT seq FROM erased_participant WHERE tag = ?1;

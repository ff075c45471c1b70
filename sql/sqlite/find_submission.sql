-- ?1 client, ?2 key
SELECT seq FROM submission WHERE client = ?1 AND key = ?2;

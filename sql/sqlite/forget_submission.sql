-- ?1 client, ?2 key
DELETE FROM views.submission WHERE client = ?1 AND key = ?2;

-- ?1 kind, ?2 subject
SELECT entry.payload FROM newest JOIN entry ON entry.seq = newest.seq
WHERE newest.kind = ?1 AND newest.subject = ?2;

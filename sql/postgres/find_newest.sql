-- $1 registry, $2 kind, $3 subject
SELECT entry.payload FROM kensho.newest AS newest
JOIN kensho.entry AS entry ON entry.registry = newest.registry AND entry.seq = newest.seq
WHERE newest.registry = $1::bigint AND newest.kind = $2 AND newest.subject = $3 AND entry.registry = $1::bigint
  AND entry.placement = 0;

-- $1 registry, $2 clients, $3 keys: a pair for each; why joined: find_participants.sql
SELECT sent.client, sent.key, sent.seq
FROM (SELECT $1::bigint AS registry, client, key
      FROM unnest($2::text[], $3::text[]) AS pair (client, key) OFFSET 0) AS asked
JOIN kensho.submission AS sent ON sent.registry = asked.registry AND sent.client = asked.client AND sent.key = asked.key;

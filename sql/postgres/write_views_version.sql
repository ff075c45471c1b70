-- $1 sha256
INSERT INTO kensho.views_version (only_one, sha256) VALUES (1, $1)
ON CONFLICT (only_one) DO UPDATE SET sha256 = excluded.sha256;

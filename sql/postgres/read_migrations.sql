SELECT number::bigint, name, sha256 FROM kensho.migration ORDER BY number;

SELECT number, name, sha256 FROM migration ORDER BY number;

SELECT sha256 FROM views_version WHERE only_one = 1;

SELECT sha256 FROM kensho.views_version WHERE only_one = 1;

SELECT to_regclass('kensho.migration') IS NOT NULL;

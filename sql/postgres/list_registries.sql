SELECT registry, size FROM kensho.head ORDER BY registry;

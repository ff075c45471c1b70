# Quantiles of Student's t by R: Rscript student_t.R > student_t.json
rows <- c()
for (d in c(1, 2, 5, 29, 136, 1000.5)) for (p in c(0.6, 0.95, 0.975, 0.9995))
  rows <- c(rows, sprintf('{"probability": %s, "degrees_of_freedom": %s, "quantile": %.17g}', p, d, qt(p, d)))
cat('{"generator": "', R.version.string, '", "cases": [\n', paste(rows, collapse = ",\n"), '\n]}\n', sep = "")

# What every R script of the bench starts with: the columns of its case, and how it answers.
folder <- commandArgs(trailingOnly = TRUE)[1]
column <- function(name) {
  file <- file.path(folder, paste0(name, ".bin"))
  readBin(file, "double", file.size(file) / 8)
}
matrix_column <- function(name, columns) matrix(column(name), ncol = columns)
# Times `code` (evaluated `repeats` times, the best counts) and prints label, seconds and the values of `values(result)`.
peer <- function(label, code, values = function(result) numeric(0), repeats = 3, scale = 1) {
  expression <- substitute(code)
  environment <- parent.frame()
  best <- Inf
  for (i in seq_len(repeats)) {
    seconds <- system.time(result <- eval(expression, environment))[["elapsed"]]
    best <- min(best, seconds)
    if (seconds > 5) break
  }
  cat(label, "\t", sprintf("%.6g", best * scale), "\t", paste(sprintf("%.17g", values(result)), collapse = ","), "\n", sep = "")
}

source(file.path(dirname(sub("--file=", "", grep("--file=", commandArgs(), value = TRUE))), "columns.R"))
suppressMessages(library(metafor))
effect <- matrix(column("effect"), nrow = 13); variance <- matrix(column("variance"), nrow = 13)
fit <- function(j) { f <- rma(effect[, j], variance[, j], test = "knha", control = list(threshold = 1e-10, maxiter = 1000)); c(f$beta, f$se, f$tau2) }
# 200 of the 10,000, times 50
peer("R rma (200 analyses, times 50)", sapply(1:200, fit), function(all) as.vector(all[, 1:10]), repeats = 1, scale = 50)

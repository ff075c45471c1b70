# Mantel-Haenszel estimates by metafor::rma.mh, without continuity corrections. Rscript mantel_haenszel.R > mantel_haenszel.json
suppressMessages(library(metafor)); options(digits = 17)
sets <- list(birthwt = list(a = c(19, 6, 5), b = c(33, 4, 7), c = c(4, 5, 20), d = c(40, 11, 35)),
             sparse = list(a = c(1, 0, 2, 1, 0), b = c(3, 4, 1, 5, 2), c = c(0, 1, 0, 1, 1), d = c(4, 3, 6, 2, 1)))
num <- function(x) paste0("[", paste(sprintf("%.17g", x), collapse = ", "), "]")
one <- function(s) {
  r <- lapply(c("OR", "RR", "RD"), function(m) rma.mh(ai = s$a, bi = s$b, ci = s$c, di = s$d, measure = m, correct = FALSE, add = 0, to = "none", drop00 = FALSE))
  paste0("{", paste(c(sprintf('"%s": %s', names(s), sapply(s, num)),
    sprintf('"%s": %s', c("OR", "RR", "RD"), sapply(r, function(f) num(c(as.numeric(f$beta), f$se, f$ci.lb, f$ci.ub)))),
    sprintf('"cmh": %s', num(c(r[[1]]$MH, r[[1]]$MHp))), sprintf('"tarone": %s', num(c(r[[1]]$TA, r[[1]]$TAp)))), collapse = ",\n   "), "}")
}
cat("{\n", paste(sprintf('"%s": %s', names(sets), sapply(sets, one)), collapse = ",\n"), "\n}\n", sep = "")

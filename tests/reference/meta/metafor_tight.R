# Paule-Mandel fits and Q-profile intervals of metafor with the tolerance of its root finder tightened
# (its default, about 1e-4 in tau^2, is what 10_meta.json holds).
# Rscript tests/reference/meta/metafor_tight.R tests/reference > tests/reference/meta/metafor_tight.json
suppressMessages({library(metafor); library(jsonlite)})
root <- commandArgs(TRUE)[1]
data <- function(name) read.csv(file.path(root, "r/data", paste0(name, ".csv")))
bcg <- data("dat_bcg"); normand <- data("dat_normand1999"); pritz <- data("dat_pritz1997"); liver <- data("rbest_transplant")
binary <- function(m) escalc(measure = m, ai = tpos, bi = tneg, ci = cpos, di = cneg, data = bcg)
mean_of <- function(m) escalc(measure = m, m1i = m1i, sd1i = sd1i, n1i = n1i, m2i = m2i, sd2i = sd2i, n2i = n2i, data = normand)
sets <- list(bcg_RR = binary("RR"), bcg_OR = binary("OR"), bcg_RD = binary("RD"), normand_MD = mean_of("MD"),
             normand_SMD = mean_of("SMD"), pritz_PLO = escalc(measure = "PLO", xi = xi, ni = ni, data = pritz),
             liver_PLO = escalc(measure = "PLO", xi = r, ni = n, data = liver))
fit <- function(d) {
  tight <- list(tol = 1e-15, tau2.max = 1e6, maxiter = 10000)
  f <- rma(yi, vi, data = d, method = "PM", control = tight)
  ci <- confint(f, control = tight)$random
  list(yi = as.vector(d$yi), vi = as.vector(d$vi), beta = as.vector(f$beta), se = f$se, tau2 = f$tau2,
       se_tau2 = f$se.tau2, i2 = f$I2, tau2_lower = ci[1, 2], tau2_upper = ci[1, 3], i2_lower = ci[3, 2],
       i2_upper = ci[3, 3], h2_lower = ci[4, 2], h2_upper = ci[4, 3])
}
cat(toJSON(list(generator = paste("R", getRversion(), "metafor", packageVersion("metafor")), cases = lapply(sets, fit)),
           digits = NA, auto_unbox = TRUE, pretty = TRUE), "\n")

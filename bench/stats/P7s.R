source(file.path(dirname(sub("--file=", "", grep("--file=", commandArgs(), value = TRUE))), "columns.R"))
suppressMessages(library(cmprsk))
time <- column("time"); cause <- column("cause"); x <- matrix_column("x", 5)
answer <- function(fit) c(fit$coef, sqrt(diag(fit$var)))
peer("R cmprsk::crr", crr(time, cause, x, failcode = 1, cencode = 0, gtol = 1e-9), answer, repeats = 1)
library(survival)
data <- data.frame(time, cause = factor(cause, 0:2, c("censored", "first", "second")), x, id = seq_along(time))
covariates <- paste0("X", 1:5)
weighted_cox <- function() {
  long <- finegray(Surv(time, cause) ~ ., data = data, etype = "first")
  formula <- as.formula(paste("Surv(fgstart, fgstop, fgstatus) ~", paste(covariates, collapse = " + ")))
  coxph(formula, data = long, weights = fgwt, cluster = id)
}
# Its variance holds the weights for known: only the coefficients are meant to agree.
peer("R finegray and coxph", weighted_cox(), function(fit) c(coef(fit), sqrt(diag(vcov(fit)))), repeats = 1)

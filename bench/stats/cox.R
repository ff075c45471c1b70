# R's coxph call, and its C core called directly on a prepared matrix, on the columns of a Cox case.
source(file.path(dirname(sub("--file=", "", grep("--file=", commandArgs(), value = TRUE))), "columns.R"))
library(survival)
answers <- function(fit) c(fit$coefficients, sqrt(diag(as.matrix(fit$var))), fit$loglik[2])
time_cox <- function() {
  time <- column("time"); event <- column("event")
  x <- matrix(column("x"), nrow = length(time))
  y <- Surv(time, event)
  control <- coxph.control(timefix = FALSE)
  core <- function() coxph.fit(x, y, strata = NULL, offset = NULL, init = NULL, control = control, weights = NULL,
                               method = "efron", rownames = NULL, resid = FALSE)
  peer("R coxph.fit, no residuals", core(), answers)
  # What coxph calls in C, without sorting: the iterations alone.
  o <- order(time)
  sorted <- x[o, , drop = FALSE]; at <- time[o]; status <- as.integer(event[o]); n <- length(at)
  one <- rep(1, n); zero <- rep(0, n); strata <- integer(n); p <- ncol(x)
  peer("R's C core on sorted data", .Call(survival:::Ccoxfit6, 20L, at, status, t(t(sorted)), zero, one, strata, 1L,
                                          control$eps, control$toler.chol, rep(0, p), rep(1L, p)),
       function(fit) c(fit$coef, sqrt(diag(fit$imat)), fit$loglik[2]))
  peer("R coxph", coxph(y ~ x, control = control), answers, repeats = 1)
}

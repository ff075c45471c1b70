# The unstructured model by nlme::gls on the columns of P9 and P9b, stopped after `limit` seconds.
suppressMessages(library(nlme))
y <- column("y"); subject <- factor(column("subject")); visit <- column("visit")
x <- matrix_column("x", length(column("x")) / length(y))
fit_gls <- function() gls(y ~ x - 1, correlation = corSymm(form = ~ as.integer(visit) | subject),
                          weights = varIdent(form = ~ 1 | visit), method = "REML",
                          control = glsControl(opt = "optim", optimMethod = "BFGS", msMaxIter = 1000, maxIter = 200))
limited <- function(limit) {
  setTimeLimit(elapsed = limit, transient = TRUE)
  on.exit(setTimeLimit())
  tryCatch(fit_gls(), error = function(stopped) NULL)
}
answer <- function(model) if (is.null(model)) numeric(0) else c(as.numeric(logLik(model)), coef(model))

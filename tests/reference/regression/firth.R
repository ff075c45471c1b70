# Firth's penalised logistic likelihood maximised by scoring written out in R, its profile intervals by uniroot on the
# penalised likelihood (penalty: the whole information matrix, as logistf), its test at 0.
# Rscript firth.R > firth.json   (from this folder; data in ../r/data)
options(digits = 17)
information <- function(X, b) { p <- plogis(drop(X %*% b)); crossprod(X * (p * (1 - p)), X) }
penalised <- function(X, y, b) { e <- drop(X %*% b); sum(y * e - ifelse(e > 0, e + log1p(exp(-e)), log1p(exp(e)))) + as.numeric(determinant(information(X, b))$modulus) / 2 }
climb <- function(X, y, b, free) {
  for (i in 1:4000) {
    p <- plogis(drop(X %*% b)); w <- p * (1 - p); I <- information(X, b)
    h <- rowSums((X %*% solve(I)) * X) * w
    u <- drop(crossprod(X, y - p + h * (0.5 - p)))
    step <- solve(I[free, free, drop = FALSE], u[free])
    before <- penalised(X, y, b); k <- 1
    repeat { nb <- b; nb[free] <- b[free] + k * step; if (penalised(X, y, nb) >= before - 1e-13 || k < 1e-10) break; k <- k / 2 }
    b <- nb
    if (max(abs(step)) < 1e-13) break
  }
  b
}
analyse <- function(X, y) {
  p <- ncol(X); b <- climb(X, y, rep(0, p), 1:p); best <- penalised(X, y, b); se <- sqrt(diag(solve(information(X, b))))
  at <- function(j, v) { start <- b; start[j] <- v; penalised(X, y, climb(X, y, start, setdiff(1:p, j))) }
  f <- function(j) function(v) 2 * (best - at(j, v)) - qchisq(0.95, 1)
  end <- function(j, way) {
    g <- f(j); inside <- b[j]; outside <- inside + way * se[j]
    while (g(outside) < 0) { inside <- outside; outside <- outside + way * 0.5 * se[j] }
    uniroot(g, sort(c(inside, outside)), tol = 1e-14)$root
  }
  lower <- sapply(1:p, end, -1); upper <- sapply(1:p, end, 1)
  chi <- sapply(1:p, function(j) 2 * (best - at(j, 0)))
  list(coef = b, se = se, penalised = best, lower = lower, upper = upper, chi_square = chi, p = pchisq(chi, 1, lower.tail = FALSE))
}
d <- read.csv("../r/data/birthwt.csv")
out <- list(separated = analyse(cbind(1, 1:10), as.integer(1:10 > 5)),
            birthwt = analyse(cbind(1, d$ht, d$ptl > 0, d$lwt), d$low))
num <- function(x) if (length(x) == 1) sprintf("%.17g", x) else paste0("[", paste(sprintf("%.17g", x), collapse = ", "), "]")
one <- function(r) paste0("{", paste(sprintf('"%s": %s', names(r), sapply(r, num)), collapse = ",\n    "), "}")
cat("{\n", paste(sprintf('  "%s": %s', names(out), sapply(out, one)), collapse = ",\n"), "\n}\n", sep = "")

# Means before and after for the figure tests: simulated scores with dropout, t intervals by R.
# Rscript change.R > change.csv   (R 4.2.2)
# Columns: group, months, n, mean, lower, upper.
set.seed(5)
months <- c(0, 1, 3, 6, 12, 24)
gains <- list(c(0, 4, 9, 14, 15, 13), c(0, 3, 5, 7, 6, 5), c(0, 1, 1, 2, 0, -2))
cat("group,months,n,mean,lower,upper\n")
for (g in 1:3) {
  n <- 80 - 10 * g
  own <- rnorm(n, 48, 14)
  for (v in seq_along(months)) {
    size <- round(n * c(1, 0.97, 0.94, 0.88, 0.8, 0.6)[v])
    score <- own[1:size] + gains[[g]][v] + rnorm(size, 0, 8)
    interval <- t.test(score)$conf.int
    cat(sprintf("%d,%d,%d,%.4f,%.4f,%.4f\n", g, months[v], size, mean(score), interval[1],
                interval[2]))
  }
}

source(file.path(dirname(sub("--file=", "", grep("--file=", commandArgs(), value = TRUE))), "columns.R"))
x <- matrix_column("x", 21); y <- column("y")
peer("R glm.fit", glm.fit(x, y, family = binomial(), control = glm.control(epsilon = 1e-10)),
     function(fit) c(coef(fit), sqrt(diag(chol2inv(fit$qr$qr[1:21, 1:21]))), fit$deviance), repeats = 1)

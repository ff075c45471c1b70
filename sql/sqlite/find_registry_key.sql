SELECT secret FROM entry WHERE seq = 0;

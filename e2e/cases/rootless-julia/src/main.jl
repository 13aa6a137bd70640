using Hello
hello()

@a
@b(1)
def f(p):
	if p: \
		return f"{p["a"]} {{x}}"

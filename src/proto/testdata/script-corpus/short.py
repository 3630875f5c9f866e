PARAMS = {"a": 1, "b": "x" "y"}
def f(p): return p["a"]

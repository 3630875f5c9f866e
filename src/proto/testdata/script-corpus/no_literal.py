PARAMS = dict(a=1)

PARAMS = {"a": [1]}

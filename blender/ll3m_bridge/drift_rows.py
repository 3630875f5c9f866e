ELSEWHERE = set()
def none(*_): return None
attribute = anywhere = socket_anywhere = enum = argument = operator = socket = node = module = none
def readonly_hint(name): return ""

x = """open

"""The command line: arguments in, words out. No decisions, and nothing heavy imported before it is needed.

main: the entry · options: what every command takes · collecting, publishing, asking: the commands ·
output: words and tables · progress: bars · as_json: reports for scripts · failures: errors in words
"""

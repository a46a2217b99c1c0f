#!/usr/bin/env python3
"""check_layers.py DIRECTORY NAME module...: fails when a file includes a module it does not list."""
import pathlib
import re
import sys

directory, name, *uses = sys.argv[1:]
allowed = {name, *uses}
failures = 0
for path in sorted(pathlib.Path(directory).rglob('*.[hc]pp')):
    for number, line in enumerate(path.read_text().splitlines(), 1):
        include = re.match(r'#include "([^/"]+)/', line)
        if include and include[1] not in allowed:
            failures += 1
            print(f'{path}:{number}: {name} may not include {include[1]}')
sys.exit(failures > 0)

"""Names that tell things apart: two locks that two tasks of one coroutine both call `other` are `db` and `cache` to whoever made them."""
from . import chains, definitions, reasons

# Tasks whose variables are looked through, those made first before others.
MOST_TASKS = 50


def distinct(things):
    """`things`: {id: name}. Returns {id: a name that none of the others has}, for those that share theirs and have one."""
    shared = _shared(things)
    if not shared:
        return {}
    names = {key: [] for key in shared}
    owners = {}  # name -> ids
    for key, name in things.items():
        owners.setdefault(name, set()).add(key)
    for name, value in _candidates():
        if id(value) in names:
            names[id(value)].append(name)
            owners.setdefault(name, set()).add(id(value))
    found = {}
    for key, candidates in names.items():
        for name in candidates:
            if len(owners[name]) == 1:
                found[key] = name
                break
    return found


def _shared(things):
    by_name = {}
    for key, name in things.items():
        by_name.setdefault(name, []).append(key)
    return {key for name, keys in by_name.items() if name and len(keys) > 1 for key in keys}


def _candidates():
    """(name, value): variables of tasks and globals that they see, then the parts of these."""
    spaces = []
    seen = set()
    for ref in sorted(list(definitions.refs.values()), key=lambda ref: ref.actor)[:MOST_TASKS]:
        task = ref()
        if task is None:
            continue
        for frame in reasons.Named(chains.frames(task)).frames:
            spaces.append(list(frame.f_locals.items()))
            if id(frame.f_globals) not in seen:
                seen.add(id(frame.f_globals))
                spaces.append(list(frame.f_globals.items()))
    for names in spaces:
        for name, value in names:
            yield name, value
    for names in spaces:
        for name, value in names:
            for suffix, part in reasons.parts(value):
                yield name + suffix, part

"""Puts one function in another's place so that tracebacks do not show the difference."""
import ast
import hashlib
import inspect
import types


def tree_of(function):
    """The syntax tree of a function with the positions of its file; None when its source is not to be had."""
    try:
        lines, first = inspect.getsourcelines(function)
    except (OSError, TypeError):
        return None
    indented = lines[0][:1].isspace()  # as in its class
    try:
        tree = ast.parse(("if 1:\n" if indented else "") + "".join(lines))
    except SyntaxError:
        return None
    ast.increment_lineno(tree, first - (2 if indented else 1))
    return tree.body[0].body[0] if indented else tree.body[0]


def _statements(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.stmt) and node is not tree:
            yield node


def _place(node, position):
    for child in ast.walk(node):
        if hasattr(child, "lineno"):
            child.lineno, child.col_offset, child.end_lineno, child.end_col_offset = position


def _copy_places(node, model):
    for child, other in zip(ast.walk(node), ast.walk(model)):
        if hasattr(child, "lineno"):
            ast.copy_location(child, other)


def graft(replacement, original, namespace, alike=()):
    """A function that does what `replacement` does and shows as `original`: same name, documentation, file, and lines.

    Statements that both have get the original's positions; `alike` pairs texts of statements (ours, theirs) that
    stand for one another; the rest gets the position of the original's first line. Without sources: `replacement`
    as it is, in the namespace.
    """
    theirs = tree_of(original)
    ours = tree_of(replacement)
    code = replacement.__code__
    if theirs is not None and ours is not None:
        known = {}
        for statement in _statements(theirs):
            known.setdefault(ast.dump(statement), statement)
        meant = {}
        for mine, other in alike:
            found = known.get(ast.dump(ast.parse(other).body[0]))
            if found is not None:
                meant[ast.dump(ast.parse(mine).body[0])] = found
        _place(ours, (theirs.lineno, theirs.col_offset, theirs.lineno, theirs.col_offset + 3))
        for statement in list(_statements(ours)):
            text = ast.dump(statement)
            if text in known:
                _copy_places(statement, known[text])
            elif text in meant:
                model = meant[text]
                _place(statement, (model.lineno, model.col_offset, model.end_lineno, model.end_col_offset))
        ours.name = theirs.name
        module = ast.Module(body=[ours], type_ignores=[])
        compiled = compile(module, original.__code__.co_filename, "exec", dont_inherit=True)
        code = next(const for const in compiled.co_consts if isinstance(const, types.CodeType))
    changes = {"co_name": original.__code__.co_name, "co_filename": original.__code__.co_filename}
    if hasattr(code, "co_qualname"):
        changes["co_qualname"] = original.__qualname__
    code = code.replace(**changes)
    function = types.FunctionType(code, namespace, original.__name__, replacement.__defaults__)
    function.__kwdefaults__ = replacement.__kwdefaults__
    function.__qualname__ = original.__qualname__
    function.__module__ = original.__module__
    function.__doc__ = original.__doc__
    return function


# The functions of the standard library that the recorder does the same as.
KNOWN = {
    # BaseEventLoop._run_once: 3.8, 3.9, 3.10 to 3.12, 3.13
    *("de0652491b2e0377", "b4f7e8e89e42849d", "9b62ee9eb165bb18", "7c5446dfdf880d90"),
    # BaseSelectorEventLoop._process_events
    "8c4b655a1b0395a4",
    # EpollSelector.select: to 3.12, 3.13
    *("f4a71267b999b746", "d49515150d06aa31"),
    # Handle.__init__; TimerHandle.__init__: 3.8, 3.9 and 3.10, from 3.11
    "d8381ff5618f6ca4",
    *("7dd99f3df23c6dee", "6aa3370bf9b42c15", "33370caf29ca273f"),
    # warnings._warn_unawaited_coroutine
    "aca1ea7becc020f9",
}


def fingerprint(function):
    """A number for what the source of a function says, whatever its comments and blank lines; '' without sources."""
    tree = source_tree_of(function)
    if tree is None:
        return ""
    text = _unparsed(tree)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def source_tree_of(function):
    tree = tree_of(function)
    if tree is None:
        return None
    body = tree.body
    if body and isinstance(body[0], ast.Expr) and isinstance(getattr(body[0], "value", None), ast.Constant):
        tree.body = body[1:]
    return tree


def _unparsed(node):
    """Like ast.dump, the same on every version: names of nodes and their names and constants."""
    if isinstance(node, ast.AST):
        fields = [_unparsed(value) for name, value in ast.iter_fields(node) if value not in (None, [])]
        return "%s(%s)" % (type(node).__name__, ",".join(fields))
    if isinstance(node, list):
        return "[%s]" % ",".join(map(_unparsed, node))
    return repr(node)


def source_text_known(function):
    return fingerprint(function) in KNOWN

"""Who holds a lock: told at acquire and release, from inside asyncio's own functions."""
import ast
import asyncio.locks
import asyncio.tasks as tasks_module
import dis
import sys
import types

from . import definitions, schema
from .faults import fault
from .graft import tree_of
from .loops import states

current_task = tasks_module.current_task
_getframe = sys._getframe
_with = asyncio.locks.Lock.__aenter__.__code__
# id(lock) -> (state of its loop, number of the task that holds it, the code that took it, the instruction there), of those
# whose acquire was told
held = {}
_ACQUIRED = "tickscope acquired"
_RELEASED = "tickscope released"


def acquired(lock):
    try:
        task = current_task()
        if task is None:
            return
        actor = definitions.tasks.get(id(task))
        state = states.get(id(task._loop))
        if actor is None or state is None:
            return
        taker = _getframe(2)
        if taker.f_code is _with:
            taker = taker.f_back
        held[id(lock)] = (state, actor, taker.f_code, taker.f_lasti)
        state.records += (schema.LOCK, id(lock), actor)
    except RuntimeError:
        pass  # no running loop
    except Exception as error:
        fault(error)


def owners():
    """Numbers of the tasks that hold one."""
    return {taken[1] for taken in list(held.values())}


def place_of(code, instruction):
    """(path, line) of what took a lock; ('', 0) where that is not the user's own."""
    path = definitions.path_of(code)
    if not definitions.is_user(path):
        return "", 0
    line = code.co_firstlineno
    for offset, begins in dis.findlinestarts(code):
        if offset > instruction:
            break
        line = begins or line
    return path, line


def released(lock):
    try:
        taken = held.pop(id(lock), None)
        if taken is not None:
            taken[0].records += (schema.UNLOCK, id(lock))
    except Exception as error:
        fault(error)


def put_in(replace):
    for name, value, say, marker in (
        ("acquire", True, acquired, _ACQUIRED),
        ("release", False, released, _RELEASED),
    ):
        original = asyncio.locks.Lock.__dict__[name]
        code = _telling(original, value, say, marker)
        if code is None:
            continue
        function = types.FunctionType(
            code, original.__globals__, original.__name__, original.__defaults__, original.__closure__
        )
        function.__kwdefaults__ = original.__kwdefaults__
        function.__qualname__ = original.__qualname__
        function.__module__ = original.__module__
        function.__doc__ = original.__doc__
        replace(asyncio.locks.Lock, name, function)


def _telling(function, value, say, marker):
    """The function's code, with say(self) after each `self._locked = value`; None when there is no such place."""
    tree = tree_of(function)
    if tree is None:
        return None
    found = []

    class Inject(ast.NodeTransformer):
        def visit_Assign(self, node):
            target = node.targets[0]
            if not (
                isinstance(target, ast.Attribute)
                and target.attr == "_locked"
                and isinstance(node.value, ast.Constant)
                and node.value.value is value
            ):
                return node
            found.append(node)
            call = ast.Expr(ast.Call(ast.Constant(marker), [ast.Name("self", ast.Load())], []))
            for child in ast.walk(call):
                if isinstance(child, (ast.expr, ast.stmt)):
                    ast.copy_location(child, node)
            return [node, call]

    tree = Inject().visit(tree)
    if not found:
        return None
    holder = ast.ClassDef(name="Lock", bases=[], keywords=[], body=[tree], decorator_list=[])
    if "type_params" in ast.ClassDef._fields:
        holder.type_params = []
    ast.copy_location(holder, tree)
    module = ast.fix_missing_locations(ast.Module(body=[holder], type_ignores=[]))
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # "str object is not callable": it is replaced right below
        compiled = compile(module, function.__code__.co_filename, "exec", dont_inherit=True)
    klass = next(const for const in compiled.co_consts if isinstance(const, types.CodeType))
    code = next(
        const for const in klass.co_consts if isinstance(const, types.CodeType) and const.co_name == function.__name__
    )
    consts = tuple(say if isinstance(const, str) and const == marker else const for const in code.co_consts)
    return code.replace(co_consts=consts)

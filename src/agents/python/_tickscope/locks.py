"""Who holds a lock: told at acquire and release, from inside asyncio's own functions."""
import ast
import asyncio.locks
import asyncio.tasks as tasks_module
import types

from . import definitions, schema
from .faults import fault
from .graft import tree_of
from .loops import states

current_task = tasks_module.current_task
# id(lock) -> number of the task that holds it, of those whose acquire was told
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
        held[id(lock)] = actor
        state.records += (schema.LOCK, id(lock), actor)
    except RuntimeError:
        pass  # no running loop
    except Exception as error:
        fault(error)


def released(lock):
    try:
        if id(lock) not in held:
            return
        del held[id(lock)]
        task = current_task()
        loop = task._loop if task is not None else getattr(lock, "_loop", None)
        state = states.get(id(loop))
        if state is not None:
            state.records += (schema.UNLOCK, id(lock))
    except RuntimeError:
        pass
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

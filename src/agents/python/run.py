"""Runs a program under the agent where PYTHONPATH is not heeded (-I, -E, -S):

    python [-I ...] run.py program.py [arguments]
    python [-I ...] run.py -m module [arguments]

The program sees neither this file nor its folder.
"""
import os
import sys


def _main():
    folder = os.path.dirname(os.path.abspath(__file__))
    arguments = sys.argv[1:]
    # Python puts the folder of the script first, unless it runs isolated.
    if sys.path and sys.path[0] and os.path.abspath(sys.path[0]) == folder:
        del sys.path[0]
    if arguments[:1] == ["-m"]:
        module, program = arguments[1], None
        sys.argv = ["-m"] + arguments[2:]
    else:
        module, program = None, arguments[0]
        sys.argv = arguments
    if sys.version_info >= (3, 8) and os.environ.get("TICKSCOPE_ADDRESS"):
        sys.path.insert(0, folder)
        try:
            from _tickscope import start
        finally:
            sys.path.remove(folder)
            sys.path_importer_cache.pop(folder, None)
        start.start(os.path.join(folder, "bootstrap"))
    isolated = sys.flags.isolated or getattr(sys.flags, "safe_path", False)
    if not isolated:
        sys.path.insert(0, os.getcwd() if module else os.path.dirname(os.path.realpath(program)))
    run_file = _run_file
    main = sys.modules["__main__"]
    for name in list(vars(main)):
        if name not in ("__name__", "__builtins__"):
            del main.__dict__[name]
    main.__dict__.update(__doc__=None, __package__=None, __loader__=None, __spec__=None)
    import runpy

    if module:
        runpy._run_module_as_main(module)
        return
    run_file(main, program)


def _run_file(main, program):
    from importlib.machinery import SourceFileLoader

    with open(program, "rb") as file:
        source = file.read()
    code = compile(source, program, "exec", dont_inherit=True)
    main.__dict__.update(__file__=program, __loader__=SourceFileLoader("__main__", program), __cached__=None)
    exec(code, main.__dict__)


_main()

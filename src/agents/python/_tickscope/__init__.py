"""The agent inside the user's Python process: observes its asyncio loops, stops them, and answers questions.

    start        the way in: dials the adapter, patches asyncio when it is imported
    recorder     the replaced parts of asyncio's loop: what costs on every callback
    loops        what is known of each loop
    definitions  numbers for tasks and code
    clock        the loops' clock, which stands while the program is stopped
    wire         frames, buffers, the socket
    control      the thread that reads commands
    gate         stopping, stepping, continuing
    …            and one file for each thing that can be asked
"""

/** Signals as callbacks of a loop (`asyncio.unix_events`). */
import { constants } from 'node:os';
import type { EventLoop } from './baseEvents';
import { iscoroutine, iscoroutinefunction } from './coroutines';
import { Handle, type Callback } from './events';
import { RuntimeError, ValueError } from './exceptions';
import { shared } from './shared';

interface SignalHandler {
  readonly handle: Handle;
  readonly listener: () => void;
}

/** The signal handlers of one loop. */
export class SignalHandlers {
  private readonly handlers = new Map<NodeJS.Signals, SignalHandler>();

  constructor(private readonly loop: EventLoop) {}

  /** `loop.add_signal_handler`. */
  add(signal: NodeJS.Signals | number, callback: Callback, args: readonly unknown[]): void {
    if (iscoroutine(callback) || iscoroutinefunction(callback))
      throw new TypeError('coroutines cannot be used with addSignalHandler()');
    const name = signalName(signal);
    if (this.loop.isClosed()) throw new RuntimeError('Event loop is closed');
    const handle = new Handle(callback, args, this.loop, undefined);
    const listener = () => this.loop.ioArrived(-1, 0, () => this.arrived(name, handle));
    const previous = this.handlers.get(name);
    try {
      process.on(name, listener);
    } catch {
      throw new RuntimeError(`sig ${constants.signals[name]} cannot be caught`);
    }
    if (previous !== undefined) process.removeListener(name, previous.listener);
    this.handlers.set(name, { handle, listener });
  }

  /** `loop.remove_signal_handler`. */
  remove(signal: NodeJS.Signals | number): boolean {
    const name = signalName(signal);
    const handler = this.handlers.get(name);
    if (handler === undefined) return false;
    this.handlers.delete(name);
    process.removeListener(name, handler.listener);
    return true;
  }

  /** Whether the loop handles this signal. */
  has(signal: NodeJS.Signals): boolean {
    return this.handlers.has(signal);
  }

  /** Removes them all. */
  close(): void {
    for (const name of [...this.handlers.keys()]) this.remove(name);
  }

  private arrived(name: NodeJS.Signals, handle: Handle): void {
    // It may have been removed since.
    if (this.handlers.get(name)?.handle !== handle) return;
    if (handle.cancelled()) {
      this.remove(name);
      return;
    }
    this.loop.ready.push(handle);
    shared.observer?.signal(this.loop, name);
  }
}

function signalName(signal: NodeJS.Signals | number): NodeJS.Signals {
  const signals = Object.entries(constants.signals) as [NodeJS.Signals, number][];
  const found = signals.find(([name, number]) => name === signal || number === signal);
  if (found === undefined) throw new ValueError(`invalid signal number ${signal}`);
  return found[0];
}

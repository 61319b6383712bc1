/**
 * Rejections and exceptions that nobody handles, as Node reports them: through `process.emit`, which is replaced only while
 * a breakpoint is for them.
 */
import { errorText } from '../../v8/words';

type Emit = typeof process.emit;

export class LostExceptions {
  private replaced: { own: Emit; by: Emit } | undefined;

  /** `tell`: what was lost, as the end of a sentence. It may stand there. */
  constructor(private readonly tell: (error: unknown, what: string, rejected: boolean) => void) {}

  watch(wanted: boolean): void {
    const { replaced } = this;
    if (wanted === (replaced !== undefined)) return;
    if (replaced !== undefined) {
      // Who replaced it since goes on to call ours, which tells nothing any more.
      if (process.emit === replaced.by) process.emit = replaced.own;
      this.replaced = undefined;
      return;
    }
    const own = process.emit;
    const by = this.telling(own);
    process.emit = by;
    this.replaced = { own, by };
  }

  private telling(own: Emit): Emit {
    const told = (name: unknown, [error, type]: unknown[]): void => {
      if (this.replaced === undefined) return;
      if (name === 'unhandledRejection')
        this.tell(error, `a promise was rejected with ${errorText(error)}, and nothing handles it`, true);
      else if (name === 'uncaughtExceptionMonitor' && type === 'uncaughtException')
        this.tell(error, `${errorText(error)} was thrown, and nothing catches it`, false);
    };
    function emit(this: unknown, name: unknown, ...args: unknown[]): unknown {
      told(name, args);
      return Reflect.apply(own, this, [name, ...args]);
    }
    return emit as Emit;
  }
}

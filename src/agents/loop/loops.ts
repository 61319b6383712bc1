/** The loops of the program, and what belongs to none of them alone. */
import type { EventLoop } from '../../loop/baseEvents';
import type { Channel } from '../node/channel';
import type { Definitions } from './definitions';
import { Holders } from './holders';
import type { AnyTask } from './library';
import { LoopState } from './loopState';

export class Loops {
  readonly all: LoopState[] = [];
  /** Jobs on other threads; `object`: the future that one ends. */
  readonly jobs = new Map<number, { name: string; object: number }>();
  /** Tasks whose native code awaits what the loop knows nothing of; `object`: what their RUN said that they wait for. */
  readonly outside = new Map<number, { ref: WeakRef<AnyTask>; object: number }>();
  readonly holders = new Holders();
  /** Addresses of what is watched, by loop and descriptor. */
  private readonly addresses = new WeakMap<EventLoop, Map<number, string>>();
  /** What is watched for no task, by loop. */
  private readonly unowned = new WeakMap<EventLoop, Set<string>>();
  private last = 0;

  constructor(
    private readonly channel: Channel,
    private readonly definitions: Definitions,
  ) {}

  /** The state of a loop, made at first sight. */
  of(loop: EventLoop): LoopState {
    const known = this.all.find((state) => state.loop === loop);
    if (known !== undefined) return known;
    loop.observed ||= ++this.last;
    const state = new LoopState(loop.observed, loop, this.channel, this.definitions);
    this.all.push(state);
    return state;
  }

  numbered(id: number): LoopState | undefined {
    return this.all.find((state) => state.id === id);
  }

  /** It is closed: nothing more is to be heard of it. */
  forget(state: LoopState): void {
    const at = this.all.indexOf(state);
    if (at >= 0) this.all.splice(at, 1);
  }

  flush(): void {
    for (const state of this.all) state.flush();
  }

  /** `text`: its addresses. */
  watched(loop: EventLoop, fd: number, mask: number, owned: boolean, text: string): void {
    const addresses = this.addresses.get(loop) ?? new Map<number, string>();
    this.addresses.set(loop, addresses.set(fd, text));
    if (owned) return;
    const watched = this.unowned.get(loop) ?? new Set();
    this.unowned.set(loop, watched.add(`${fd}/${mask}`));
  }

  /** '' when they are not known. */
  addressesOf(loop: EventLoop, fd: number): string {
    return this.addresses.get(loop)?.get(fd) ?? '';
  }

  unwatched(loop: EventLoop, fd: number, mask: number): void {
    this.unowned.get(loop)?.delete(`${fd}/${mask}`);
  }

  /** How much the loop watches for no task. */
  unownedOf(loop: EventLoop): number {
    return this.unowned.get(loop)?.size ?? 0;
  }
}

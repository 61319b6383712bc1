/** An agent of no target, for the tests of the worker: what it is asked and told can be seen from outside. */
import type { Agent, Channel } from '../../../src/agents/node/channel';
import { Refusal } from '../../../src/agents/node/channel';

interface Standing {
  stop(): number;
  tick(value: number): number;
  began(): void;
  ended(): void;
  channel: Channel;
}

/** The program reaches it as `globalThis.standin`. */
export function install(channel: Channel): Agent {
  // Not before the adapter has answered is a line of the program run.
  void channel.welcome;
  let since: number | undefined;
  let values: number[] = [];
  const flush = () => {
    if (values.length > 0) channel.records(1, Float64Array.from(values));
    values = [];
  };
  const stopped = (at: 'gate' | 'poll' | 'inside', text: string) => {
    flush();
    const t = channel.now();
    channel.say({
      type: 'stopped',
      loop: 1,
      // A pause is one that was asked for.
      reason: at === 'gate' ? 'breakpoint' : 'pause',
      text,
      breakpoints: [],
      at,
      actor: 0,
      t,
      also: false,
    });
  };
  const stand = (at: 'gate' | 'poll') => {
    stopped(at, at);
    const stood = channel.stand(agent.answer);
    channel.say({ type: 'resumed', loop: 1, t: channel.now() });
    return stood;
  };
  const agent: Agent = {
    answer(command, go) {
      switch (command.command) {
        case 'continue':
        case 'step':
          go();
          return {};
        case 'stack':
          return { frames: [], running: false };
        case 'evaluate':
          return { name: '', value: String((0, eval)(command.arguments.expression)), type: '', ref: 0 };
        case 'inspect':
          throw new Refusal('There is nothing to inspect.');
        case 'exception':
          throw new Error('unforeseen');
        default:
          return {};
      }
    },
    pause: () => void stand('poll'),
    inside(frames) {
      if (since === undefined) return false;
      stopped('inside', frames.map(({ name }) => name).join(' > '));
      return true;
    },
    outside: () => channel.say({ type: 'resumed', loop: 1, t: channel.now() }),
    running() {
      const t = channel.now();
      return since === undefined ? undefined : { loop: 1, actor: 0, elapsed: t - since, t };
    },
    flush,
    leave: () => (since = undefined),
  };
  const standing: Standing = {
    stop: () => stand('gate'),
    tick: (value) => values.push(value),
    began: () => (since = channel.now()),
    ended: () => (since = undefined),
    channel,
  };
  Object.defineProperty(globalThis, 'standin', { value: standing, enumerable: false });
  return agent;
}

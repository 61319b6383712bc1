/**
 * The agent of plain Node programs: observes Node's own loop. The worker (..) calls `install` before the program's first
 * line and owns the way to the adapter.
 */
import { Functions } from '../../v8/functions';
import { Inspector } from '../../v8/inspector';
import { Refusal, type Agent, type Channel } from '../channel';
import { Definitions } from './definitions';
import { Recorder } from './recorder';

/** The loop of the main thread. */
const LOOP = 1;

export function install(channel: Channel): Agent {
  const { welcome, ring } = channel;
  if (ring === undefined) throw new Error('The worker gave the agent no ring to write into.');
  const definitions = new Definitions(new Functions(new Inspector()));
  const recorder = new Recorder(channel, ring, definitions);
  const t = channel.now();
  channel.say({ type: 'loop', loop: LOOP, name: 'main', thread: 'main', state: 'running', t, clock: t });
  recorder.start(process.argv[1] ?? '');
  void welcome;
  recorder.beginMain();
  return {
    answer(command, go) {
      switch (command.command) {
        case 'continue':
          channel.forgetPause();
          go();
          return {};
        case 'setBreakpoints':
          return { breakpoints: [] };
        case 'stack':
          return { frames: [], running: recorder.current !== 0 };
        default:
          throw new Refusal(`The agent of Node programs cannot do "${command.command}" yet.`);
      }
    },
    pause: () => undefined,
    inside: () => false,
    outside: () => undefined,
    running() {
      if (recorder.current === 0) return undefined;
      return { loop: LOOP, elapsed: Math.max(0, channel.now() - recorder.since) };
    },
    flush: () => recorder.flush(),
    leave: () => recorder.leave(),
  };
}

/**
 * The agent of plain Node programs: observes Node's own loop. The worker (..) calls `install` before the program's first
 * line and owns the way to the adapter.
 */
import { Functions } from '../../v8/functions';
import { Inspector } from '../../v8/inspector';
import { Values } from '../../v8/values';
import type { Agent, Channel } from '../channel';
import { Answers } from './answers';
import { calledFunction } from './called';
import { Definitions } from './definitions';
import { FrozenTimers } from './frozenTimers';
import { Gate } from './gate';
import { Places } from './places';
import { checkedLevel, Recorder } from './recorder';

/** The loop of the main thread. */
const LOOP = 1;

export function install(channel: Channel): Agent {
  const { welcome, ring } = channel;
  if (ring === undefined) throw new Error('The worker gave the agent no ring to write into.');
  const inspector = new Inspector();
  const functions = new Functions(inspector);
  const definitions = new Definitions(functions);
  const recorder = new Recorder(channel, ring, definitions);
  const aside = <T>(act: () => T): T => recorder.aside(act);
  const timers = new FrozenTimers(recorder.resources, aside);
  const places = new Places(channel, LOOP, recorder, definitions, functions, timers);
  const gate = new Gate(channel, LOOP, recorder, places, timers, (running) => {
    const called = calledFunction(running, functions);
    return called === undefined ? 0 : definitions.callback(called);
  });
  const values = new Values(inspector);
  const answers = new Answers(recorder, gate, functions, values, inspector);
  recorder.gates = gate;
  gate.answer = answers.answer;
  gate.explain = () => {
    inspector.held = true;
  };
  gate.forget = () => {
    values.forget();
    inspector.held = false;
    aside(() => inspector.rest());
  };
  const t = channel.now();
  channel.say({ type: 'loop', loop: LOOP, name: 'main', thread: 'main', state: 'running', t, clock: t });
  recorder.start(process.argv[1] ?? '');
  recorder.setLevel(checkedLevel(welcome.level ?? 'macro'));
  gate.setPoints(welcome.breakpoints);
  gate.atStart(welcome.stopOnEntry);
  recorder.beginMain();
  return {
    answer: answers.answer,
    welcomed({ level, breakpoints }) {
      recorder.aside(() => {
        recorder.setLevel(checkedLevel(level ?? 'macro'));
        gate.setPoints(breakpoints);
      });
    },
    pause: () => gate.pause(),
    inside: (frames) => gate.inside(frames),
    outside: (stood) => gate.outside(stood),
    running: () => ({ loop: LOOP, elapsed: Math.max(0, channel.now() - recorder.since) }),
    flush: () => recorder.flush(),
    leave() {
      gate.open();
      recorder.leave();
    },
  };
}

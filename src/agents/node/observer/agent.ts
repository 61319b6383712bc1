/**
 * The agent of plain Node programs: observes Node's own loop. The worker (..) calls `install` before the program's first
 * line and owns the way to the adapter.
 */
// Before all that uses node:v8.
import './promiseHooks';
import { AsyncStacks } from '../../v8/asyncStacks';
import { Functions } from '../../v8/functions';
import { Inspector } from '../../v8/inspector';
import { Values } from '../../v8/values';
import type { Agent, Channel } from '../channel';
import { Answers } from './answers';
import { AsyncCalls } from './asyncCalls';
import { calledFunction } from './called';
import { Definitions } from './definitions';
import { FrozenTimers } from './frozenTimers';
import { Gate } from './gate';
import { HeapObjects } from './heapObjects';
import { Places } from './places';
import { checkedLevel } from './levels';
import { Recorder } from './recorder';
import { Snapshots } from './snapshot';
import { Tasks } from './tasks';
import { tellUnhandled } from './unhandled';

export function install(channel: Channel): Agent {
  const { welcome, ring } = channel;
  const { loop, name, thread, program } = channel.place;
  if (ring === undefined) throw new Error('The worker gave the agent no ring to write into.');
  const inspector = new Inspector();
  const functions = new Functions(inspector);
  const definitions = new Definitions(functions, channel.numbers);
  const recorder = new Recorder(channel, ring, definitions);
  const aside = <T>(act: () => T): T => recorder.aside(act);
  const timers = new FrozenTimers(recorder.resources, aside);
  const places = new Places(channel, loop, recorder, definitions, functions, timers);
  const calls = new AsyncCalls(definitions, inspector, recorder);
  const gate = new Gate(channel, loop, recorder, places, timers, calls, (running) => {
    if (running.call !== undefined) return running.call.code;
    const called = calledFunction(running, functions);
    return called === undefined ? 0 : definitions.callback(called);
  });
  const values = new Values(inspector, channel.firstId);
  const answers = new Answers(recorder, gate, functions, values, inspector);
  const heap = new HeapObjects(inspector);
  const tasks = new Tasks(
    inspector,
    definitions,
    new AsyncStacks(false),
    heap,
    recorder.resources,
    (promise) => recorder.promises.siteOf(promise),
  );
  // Tests force the way that is left where snapshots cannot be had.
  if (process.env.TICKSCOPE_NO_HEAP_SNAPSHOTS) tasks.withHeap = false;
  const stands = () => gate.stop !== undefined || inspector.held;
  const snapshots = new Snapshots(channel, loop, recorder, tasks, functions, values, inspector, stands);
  answers.calls = snapshots;
  gate.pending = (task) => snapshots.call(task);
  recorder.gates = gate;
  gate.answer = answers.answer;
  // Tasks are read when somebody asks: it takes a moment, and steps are to be quick.
  gate.stands = () => void (inspector.held = true);
  gate.forget = () => {
    values.forget();
    aside(() => snapshots.forget());
    inspector.held = false;
    aside(() => inspector.rest());
  };
  const t = channel.now();
  channel.say({ type: 'loop', loop, name, thread, state: 'running', t, clock: t });
  const hearNoMore = tellUnhandled(channel, loop, (text, over) => recorder.failed(text, over));
  recorder.start(program);
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
    runsLong: (frames) => gate.runsLong(frames),
    atLine: (frames, found) => gate.atLine(frames, found),
    outside: (stood) => gate.outside(stood),
    running() {
      const t = channel.now();
      return { loop, actor: 0, elapsed: Math.max(0, t - recorder.since), t };
    },
    flush: () => recorder.flush(),
    exit: () => recorder.exit(),
    aside,
    leave() {
      gate.open();
      hearNoMore();
      recorder.leave();
    },
  };
}

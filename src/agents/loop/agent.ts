/**
 * The agent of programs that use the loop library: sets itself as the observer of the process's loops, before the
 * program's first line. The worker (`src/agents/node`) calls `install` and owns the way to the adapter.
 */
import type { Agent, Channel } from '../node/channel';
import { Answers } from './answers';
import { AsyncStacks } from '../v8/asyncStacks';
import { Chains } from './chains';
import { Definitions } from './definitions';
import { Functions } from '../v8/functions';
import { Gate } from './gate';
import { HeapGraph } from '../v8/heapGraph';
import { Inspector } from '../v8/inspector';
import { sharedState } from './library';
import { Loops } from './loops';
import { Places } from './places';
import { Reasons } from './reasons';
import { Recorder } from './recorder';
import { Values } from '../v8/values';
import { WaitReader } from './waits';

export function install(channel: Channel): Agent {
  const { welcome } = channel;
  const inspector = new Inspector();
  const functions = new Functions(inspector);
  const definitions = new Definitions(functions);
  const loops = new Loops(channel, definitions);
  const places = new Places(loops, definitions, (loop, breakpoint, text) =>
    channel.say({ type: 'log', loop, breakpoint, text }),
  );
  const gate = new Gate(channel, loops, places, welcome.stopOnEntry);
  const recorder = new Recorder(channel, loops, definitions, gate);
  const heap = new HeapGraph(inspector);
  const chains = new Chains(inspector, functions, definitions, new AsyncStacks(), heap);
  const reasons = new Reasons(loops, definitions, chains);
  const values = new Values(inspector);
  const waits = new WaitReader(loops, definitions, reasons, inspector, gate);
  const answers = new Answers(loops, gate, chains, reasons, waits, values, inspector);
  gate.recorder = recorder;
  gate.answer = answers.answer;
  gate.explain = (state) => {
    inspector.held = true;
    reasons.tellNew(state);
  };
  gate.forget = () => {
    heap.forget();
    values.forget();
    inspector.held = false;
    inspector.rest();
  };
  gate.setPoints(welcome.breakpoints);
  const shared = sharedState();
  shared.observer = recorder;
  return {
    answer: answers.answer,
    pause: () => gate.pause(),
    inside: (frames) => gate.inside(frames),
    runsLong: (frames) => gate.runsLong(frames),
    atLine: (frames, found) => gate.atLine(frames, found),
    outside: (stood) => gate.outside(stood),
    running() {
      const state = gate.runningState();
      if (state === undefined) return undefined;
      const { running } = state.loop.observable;
      const actor = running === undefined ? 0 : recorder.actorOf(state, running);
      const t = state.now();
      return { loop: state.id, actor, elapsed: Math.max(0, t - state.last), t };
    },
    flush: () => loops.flush(),
    exit() {
      const state = gate.runningState();
      const { running } = state?.loop.observable ?? {};
      if (state && running) recorder.exits(state, running);
      loops.flush();
    },
    leave() {
      if (shared.observer === recorder) shared.observer = undefined;
      gate.open();
    },
  };
}

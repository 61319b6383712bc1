/** What is told to the observer of a Node loop. Times are s on the loop's clock. */
import assert from 'node:assert/strict';
import { Definitions } from '../../../../src/model/definitions';
import { NodeHistory } from '../../../../src/model/node/nodeHistory';
import type { LoopObserver } from '../../../../src/model/observer';

type Fact = [what: string, ...numbers: number[]];
const FN = 101;

function observed() {
  const history = new NodeHistory(new Definitions(), 1 << 20);
  const facts: Fact[] = [];
  const tell =
    (what: string) =>
    (...numbers: number[]) =>
      void facts.push([what, ...numbers.map((n) => Math.round(n * 1000) / 1000)]);
  const nothing = () => undefined;
  const observer: LoopObserver = {
    began: nothing,
    tick: nothing,
    ran: nothing,
    lost: nothing,
    told: nothing,
    sample: nothing,
    due: tell('due'),
    stood: tell('stood'),
    drained: tell('drained'),
    relayed: tell('relayed'),
  };
  history.observer = observer;
  history.tick(2, 10);
  return { history, facts };
}
function ran(history: NodeHistory, id: number, start: number, end: number): void {
  history.began(id, start);
  history.ended(id, end, false);
}

describe('the observer of a Node loop', () => {
  it('is told of a timer only for how long callbacks kept it, not for how long the loop overslept', () => {
    const { history, facts } = observed();
    history.made(1, 'Timeout', 0, FN);
    history.timerSet(1, 11, 0);
    history.made(2, 'TCPWRAP', 0, 0);
    // The loop slept until 15, 4 s too long; only then something ran.
    ran(history, 2, 15, 15.5);
    history.ranOn(15.75);
    ran(history, 1, 15.75, 15.8);
    assert.deepEqual(facts, [['due', 2, 15, 15.75, 0, FN]]);
  });

  it('is told of a timer that was armed anew by what it was due for last', () => {
    const { history, facts } = observed();
    history.made(1, 'Timeout', 0, FN);
    history.timerSet(1, 11, 0);
    history.made(2, 'TCPWRAP', 0, 0);
    ran(history, 2, 10, 14);
    history.timerSet(1, 14, 0);
    ran(history, 1, 14, 14.1);
    assert.deepEqual(facts, []);
  });

  it('is told since when an immediate stood in ready: from the end of what made it', () => {
    const { history, facts } = observed();
    history.made(2, 'TCPWRAP', 0, 0);
    history.began(2, 10);
    history.made(3, 'Immediate', 2, FN);
    history.ended(2, 14, false);
    history.made(4, 'TCPWRAP', 0, 0);
    ran(history, 4, 14, 14.5);
    ran(history, 3, 14.5, 14.6);
    assert.deepEqual(facts, [['stood', 2, FN, 14, 14.5]]);
  });

  it('is told of nextTicks in a row, from the first on', () => {
    const { history, facts } = observed();
    for (let id = 1; id <= 3; id++) {
      history.made(id, 'TickObject', 0, FN);
      ran(history, id, 9 + id, 10 + id);
    }
    assert.deepEqual(
      facts.filter(([what]) => what === 'drained'),
      [
        ['drained', 2, FN, 2, 10, 12],
        ['drained', 2, FN, 3, 10, 13],
      ],
    );
  });

  it('is told of immediates that do nothing but make the next, also in their microtasks', () => {
    const relayed = (alsoMakes: number) => {
      const { history, facts } = observed();
      history.made(1, 'Immediate', 0, FN);
      for (let id = 1; id <= 2500; id++) {
        const time = 10 + id / 1000;
        history.began(id, time);
        if (id === alsoMakes) history.made(9000, 'FSREQCALLBACK', id, 0);
        history.ended(id, time, false);
        history.made(id + 1, 'Immediate', id, FN);
      }
      return facts.filter(([what]) => what === 'relayed');
    };
    assert.deepEqual(relayed(0), [
      ['relayed', 2, FN, 1000, 10.001, 11],
      ['relayed', 2, FN, 2000, 10.001, 12],
    ]);
    assert.deepEqual(relayed(1400), [
      ['relayed', 2, FN, 1000, 10.001, 11],
      ['relayed', 2, FN, 1000, 11.401, 12.4],
    ]);
  });
});

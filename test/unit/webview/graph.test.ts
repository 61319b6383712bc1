import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Graph } from '../../../src/adapter/contract';
import { ALIKE, drawn } from '../../../webview/graph/fold';
import { pathOf, placed } from '../../../webview/graph/layout';
import { walked } from '../../../webview/graph/walk';

const task = (id: number): Graph['nodes'][number] => ({
  id: `task ${id}`,
  kind: 'task',
  label: `t${id}`,
  task: id,
});
const lock = (id: number): Graph['nodes'][number] => ({
  id: `thing ${id}`,
  kind: 'lock',
  label: `lock l${id}`,
});
const waits = (from: number, to: number) =>
  ({ from: `task ${from}`, to: `thing ${to}`, kind: 'waits', all: true }) as const;
const held = (thing: number, by: number) =>
  ({ from: `thing ${thing}`, to: `task ${by}`, kind: 'heldBy', all: false }) as const;

/** Tasks 1 and 2 wait for each other; `more` others wait for the lock of 1. */
function circle(more: number): Graph {
  const others = Array.from({ length: more }, (_, at) => 10 + at);
  return {
    nodes: [task(1), task(2), lock(1), lock(2), ...others.map(task)],
    edges: [waits(1, 2), held(2, 2), waits(2, 1), held(1, 1), ...others.map((each) => waits(each, 1))],
    cycles: [['task 1', 'thing 2', 'task 2', 'thing 1']],
  };
}

const anyGraph = fc
  .record({ tasks: fc.integer({ min: 0, max: 30 }), things: fc.integer({ min: 0, max: 8 }) })
  .chain(({ tasks, things }) =>
    fc
      .array(fc.tuple(fc.nat(Math.max(0, tasks - 1)), fc.nat(Math.max(0, things - 1)), fc.boolean()), {
        maxLength: 60,
      })
      .map((pairs): Graph => ({
        nodes: [
          ...Array.from({ length: tasks }, (_, id) => task(id)),
          ...Array.from({ length: things }, (_, id) => lock(id)),
        ],
        edges:
          tasks && things
            ? pairs.map(([one, other, back]) => (back ? held(other, one) : waits(one, other)))
            : [],
        cycles: [],
      })),
  );

describe('the drawn wait-for graph', () => {
  it('tells those who wait for the same as one, but nobody on a circle', () => {
    const few = drawn(circle(ALIKE - 1));
    assert.equal(few.nodes.length, 4 + ALIKE - 1);
    const many = drawn(circle(500));
    assert.equal(many.nodes.length, 5);
    assert.equal(many.nodes.at(-1)?.nodes.length, 500);
    assert.equal(many.edges.length, 5);
    assert.deepEqual(
      many.edges.map(({ onCycle }) => onCycle),
      [true, true, true, true, false],
    );
    assert.equal(many.left, 0);
  });

  it('tells those alike as one with their timeouts, too', () => {
    const graph = circle(10);
    for (let id = 10; id < 20; id++) {
      graph.nodes.push({ id: `timeout of task ${id}`, kind: 'timer', label: 'timeout' });
      graph.edges.push({ from: `task ${id}`, to: `timeout of task ${id}`, kind: 'waits', all: false });
    }
    const drawing = drawn(graph);
    assert.equal(drawing.nodes.length, 6);
    assert.equal(drawing.edges.length, 6);
  });

  it('draws a circle of two hundred tasks whole, among thousands', () => {
    const tasks = Array.from({ length: 200 }, (_, at) => at);
    const others = Array.from({ length: 1800 }, (_, at) => 1000 + at);
    const graph: Graph = {
      nodes: [...others, ...tasks].flatMap((each) => [task(each), lock(each)]),
      edges: [
        ...others.map((each) => waits(each, each)),
        ...tasks.flatMap((each) => [waits(each, each), held(each, (each + 1) % 200)]),
      ],
      cycles: [tasks.flatMap((each) => [`task ${each}`, `thing ${each}`])],
    };
    const drawing = drawn(graph);
    assert.equal(drawing.nodes.filter(({ onCycle }) => onCycle).length, 400);
    assert.equal(placed(drawing).nodes.length, drawing.nodes.length);
  });

  it('draws circles and what is near them first, and counts what is left out', () => {
    const far = Array.from({ length: 50 }, (_, at) => at + 100);
    const graph = circle(2);
    graph.nodes.unshift(...far.flatMap((each) => [task(each), lock(each)]));
    graph.edges.unshift(...far.map((each) => waits(each, each)));
    const drawing = drawn(graph, {}, 8);
    assert.deepEqual(
      drawing.nodes.filter(({ id }) => !/1\d\d/.test(id)).map(({ id }) => id),
      ['task 1', 'task 2', 'thing 1', 'thing 2', 'task 10', 'task 11'],
    );
    assert.equal(drawing.nodes.length, 8);
    assert.equal(drawing.left, 106 - 8);
  });

  it('draws what the user asked to see, and who is next to it, beyond what there is room for', () => {
    const far = Array.from({ length: 50 }, (_, at) => at + 100);
    const graph = circle(2);
    graph.nodes.push(...far.flatMap((each) => [task(each), lock(each)]));
    graph.edges.push(...far.map((each) => waits(each, each)));
    const drawing = drawn(graph, { task: 140 }, 8);
    const ids = drawing.nodes.map(({ id }) => id);
    assert.ok(ids.includes('task 140') && ids.includes('thing 140'));
    assert.equal(ids.length, 10);
    assert.equal(drawing.left, 106 - 10);
  });

  it('draws one of many alike by itself where it was asked for, and some of a group that was opened', () => {
    const graph = circle(20);
    const [of] = drawn(graph).nodes.filter(({ group }) => group !== undefined);
    assert.equal(of.nodes.length, 20);
    const wanted = drawn(graph, { task: 15 });
    assert.ok(wanted.nodes.some(({ id, nodes }) => id === 'task 15' && nodes.length === 1));
    assert.ok(wanted.nodes.some(({ nodes }) => nodes.length === 19));
    const opened = drawn(graph, { opened: new Map([[of.group!, 12]]) });
    assert.equal(opened.nodes.filter(({ nodes }) => nodes.length === 1).length, 4 + 12);
    assert.ok(opened.nodes.some(({ nodes, group }) => nodes.length === 8 && group === of.group));
    const whole = drawn(graph, { opened: new Map([[of.group!, 30]]) });
    assert.ok(whole.nodes.every(({ group }) => group === undefined));
  });

  it('loses nobody, and draws no edge without its ends', () => {
    fc.assert(
      fc.property(anyGraph, fc.integer({ min: 1, max: 40 }), (graph, most) => {
        const drawing = drawn(graph, {}, most);
        assert.ok(drawing.nodes.length <= most);
        const told = drawing.nodes.flatMap(({ nodes }) => nodes.map(({ id }) => id));
        assert.equal(new Set(told).size, told.length);
        assert.equal(told.length + drawing.left, graph.nodes.length);
        const ids = new Set(drawing.nodes.map(({ id }) => id));
        for (const { from, to } of drawing.edges) assert.ok(ids.has(from) && ids.has(to));
      }),
    );
  });

  it('is laid out with every node in its room, whatever its edges', () => {
    fc.assert(
      fc.property(anyGraph, fc.boolean(), (graph, tall) => {
        const layout = placed(drawn(graph), tall);
        for (const { x, y, width, height } of layout.nodes) {
          assert.ok(x - width / 2 >= 0 && x + width / 2 <= layout.width + 1);
          assert.ok(y - height / 2 >= 0 && y + height / 2 <= layout.height + 1);
        }
        for (const { points } of layout.edges) assert.match(pathOf(points), /^M[\d.,-]+[QL]/);
      }),
      { numRuns: 40 },
    );
  });

  it('is walked around a circle by one key, and back by the other', () => {
    for (const [forward, back, tall] of [
      ['ArrowRight', 'ArrowLeft', false],
      ['ArrowDown', 'ArrowUp', true],
    ] as const) {
      const layout = placed(drawn(circle(0)), tall);
      const steps = (key: string) => {
        const seen = ['task 1'];
        for (let at = 0; at < 4; at++) seen.push(walked(layout, seen[at], key) ?? '');
        return seen;
      };
      assert.deepEqual(steps(forward), ['task 1', 'thing 2', 'task 2', 'thing 1', 'task 1']);
      assert.deepEqual(steps(back), ['task 1', 'thing 1', 'task 2', 'thing 2', 'task 1']);
    }
    const layout = placed(drawn(circle(0)));
    assert.equal(walked(layout, 'task 1', 'Home'), layout.nodes[0].id);
    assert.equal(walked(layout, 'task 1', 'x'), undefined);
  });
});

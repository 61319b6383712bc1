/** What of a wait-for graph is drawn: circles first, tasks alike as one, and no more than can be taken in. */
import type { Graph } from '../../src/adapter/contract';

export type GraphNode = Graph['nodes'][number];
export type GraphEdge = Graph['edges'][number];

/** A node as it is drawn. */
export interface Drawn {
  id: string;
  /** Of the graph's nodes: more than one, where they wait for the same. */
  nodes: GraphNode[];
  /** What those have in common, where they are told as one. */
  group?: string;
  /** On a circle of waits. */
  onCycle: boolean;
}
export interface DrawnEdge extends GraphEdge {
  onCycle: boolean;
}
export interface Drawing {
  nodes: Drawn[];
  edges: DrawnEdge[];
  /** Of the graph's nodes, how many are not drawn: timeouts of those told as one are not counted. */
  left: number;
}

/** So many that wait for the same are told as one. */
export const ALIKE = 4;
/** More cannot be taken in, but for a circle, which is drawn whole as long as it can be laid out while somebody waits. */
export const MOST_DRAWN = 200;
const MOST_ON_CYCLES = 600;
/** Beyond that, for what the user asked to see. */
const ROOM_FOR_WANTED = 20;

/** What the user asked to see. */
export interface Wanted {
  /** A task, which is drawn by itself, and who is next to it. */
  task?: number;
  /** Of groups, how many are drawn by themselves. */
  opened?: ReadonlyMap<string, number>;
}

export function drawn(graph: Graph, wanted: Wanted = {}, most = MOST_DRAWN): Drawing {
  const onCycle = new Set(graph.cycles.flat());
  const folded = fold(graph, onCycle, wanted);
  const order = nearest(folded, onCycle);
  const circles = folded.nodes.filter((node) => node.onCycle).length;
  const kept = new Set(order.slice(0, Math.max(most, Math.min(circles, MOST_ON_CYCLES))));
  const asked = folded.nodes.find(({ nodes: [{ task }] }) => task !== undefined && task === wanted.task);
  if (asked && !kept.has(asked.id)) {
    kept.add(asked.id);
    for (const { from, to } of folded.edges)
      if (kept.size < most + ROOM_FOR_WANTED) {
        if (from === asked.id) kept.add(to);
        if (to === asked.id) kept.add(from);
      }
  }
  const nodes = folded.nodes.filter(({ id }) => kept.has(id));
  const left = folded.nodes
    .filter(({ id }) => !kept.has(id))
    .reduce((sum, { nodes: of }) => sum + of.length, 0);
  return {
    nodes,
    edges: folded.edges.filter(({ from, to }) => kept.has(from) && kept.has(to)),
    left,
  };
}

/** Tasks that wait for the same, for which nobody waits, and which are on no circle: one each. Their timeouts go with them. */
function fold(
  graph: Graph,
  onCycle: ReadonlySet<string>,
  { task, opened }: Wanted,
): { nodes: Drawn[]; edges: DrawnEdge[] } {
  const awaited = new Set(graph.edges.map(({ to }) => to));
  const timers = new Set(graph.nodes.filter(({ kind }) => kind === 'timer').map(({ id }) => id));
  const ways = new Map<string, string[]>();
  for (const { from, to, kind, all } of graph.edges)
    add(ways, from, timers.has(to) ? 'a timeout' : `${to} ${kind} ${all}`);
  const groups = new Map<string, GraphNode[]>();
  for (const node of graph.nodes) {
    const way = ways.get(node.id);
    if (node.kind !== 'task' || !way || awaited.has(node.id) || onCycle.has(node.id)) continue;
    if (node.task === task) continue;
    add(groups, way.sort().join('\n'), node);
  }
  const first = new Map<string, GraphNode[]>();
  const wayOf = new Map<GraphNode[], string>();
  for (const [way, all] of groups) {
    const group = all.slice(opened?.get(way) ?? 0);
    if (group.length < ALIKE) continue;
    for (const node of group) first.set(node.id, group);
    wayOf.set(group, way);
  }
  const isShown = (id: string) => (first.get(id)?.[0].id ?? id) === id;
  const steps = stepsOf(graph.cycles);
  const edges = graph.edges.filter(({ from }) => isShown(from));
  const reached = new Set(edges.map(({ to }) => to));
  return {
    nodes: graph.nodes.flatMap((node): Drawn[] => {
      if (!isShown(node.id) || (timers.has(node.id) && awaited.has(node.id) && !reached.has(node.id)))
        return [];
      const group = first.get(node.id);
      return [
        {
          id: node.id,
          nodes: group ?? [node],
          onCycle: onCycle.has(node.id),
          ...(group && { group: wayOf.get(group) }),
        },
      ];
    }),
    edges: edges.map((edge) => ({ ...edge, onCycle: steps.has(`${edge.from}\n${edge.to}`) })),
  };
}

function add<V>(lists: Map<string, V[]>, key: string, value: V): void {
  const list = lists.get(key);
  if (list) list.push(value);
  else lists.set(key, [value]);
}

function stepsOf(cycles: Graph['cycles']): Set<string> {
  return new Set(
    cycles.flatMap((cycle) => cycle.map((from, at) => `${from}\n${cycle[(at + 1) % cycle.length]}`)),
  );
}

/** Those on circles, then who is near them, then the rest as told; what belongs together stays together. */
function nearest(
  { nodes, edges }: { nodes: Drawn[]; edges: DrawnEdge[] },
  onCycle: ReadonlySet<string>,
): string[] {
  const near = new Map<string, string[]>();
  for (const { from, to } of edges) {
    add(near, from, to);
    add(near, to, from);
  }
  const found = new Set<string>();
  const open: string[] = [];
  const reach = (from: string) => {
    open.push(from);
    for (let id = open.pop(); id !== undefined; id = open.pop()) {
      if (found.has(id)) continue;
      found.add(id);
      for (const other of near.get(id) ?? []) if (!found.has(other)) open.push(other);
    }
  };
  for (const id of onCycle) found.add(id);
  for (const id of onCycle) for (const other of near.get(id) ?? []) if (!found.has(other)) reach(other);
  for (const { id } of nodes) if (!found.has(id)) reach(id);
  return [...found];
}

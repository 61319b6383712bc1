/** What of a wait-for graph is drawn: circles first, tasks alike as one, and no more than can be taken in. */
import type { Graph } from '../../src/adapter/contract';

export type GraphNode = Graph['nodes'][number];
export type GraphEdge = Graph['edges'][number];

/** A node as it is drawn. */
export interface Drawn {
  id: string;
  /** Of the graph's nodes: more than one, where they wait for the same. */
  nodes: GraphNode[];
  /** On a circle of waits. */
  onCycle: boolean;
}
export interface DrawnEdge extends GraphEdge {
  onCycle: boolean;
}
export interface Drawing {
  nodes: Drawn[];
  edges: DrawnEdge[];
  /** Of the graph's nodes, how many are not drawn. */
  left: number;
}

/** So many that wait for the same are told as one. */
export const ALIKE = 4;
/** More cannot be taken in, nor laid out while somebody waits. */
export const MOST_DRAWN = 200;

export function drawn(graph: Graph, most = MOST_DRAWN): Drawing {
  const onCycle = new Set(graph.cycles.flat());
  const folded = fold(graph, onCycle);
  const order = nearest(folded, onCycle);
  const kept = new Set(order.slice(0, most));
  const nodes = folded.nodes.filter(({ id }) => kept.has(id));
  const shown = nodes.reduce((sum, { nodes: of }) => sum + of.length, 0);
  return {
    nodes,
    edges: folded.edges.filter(({ from, to }) => kept.has(from) && kept.has(to)),
    left: graph.nodes.length - shown,
  };
}

/** Tasks that wait for the same, for which nobody waits, and which are on no circle: one each. */
function fold(graph: Graph, onCycle: ReadonlySet<string>): { nodes: Drawn[]; edges: DrawnEdge[] } {
  const awaited = new Set(graph.edges.map(({ to }) => to));
  const ways = new Map<string, string[]>();
  for (const { from, to, kind, all } of graph.edges)
    ways.set(from, [...(ways.get(from) ?? []), `${to} ${kind} ${all}`]);
  const groups = new Map<string, GraphNode[]>();
  for (const node of graph.nodes) {
    const way = ways.get(node.id);
    if (node.kind !== 'task' || !way || awaited.has(node.id) || onCycle.has(node.id)) continue;
    const key = way.sort().join('\n');
    groups.set(key, [...(groups.get(key) ?? []), node]);
  }
  const alike = [...groups.values()].filter((group) => group.length >= ALIKE);
  const first = new Map(alike.flatMap((group) => group.map((node) => [node.id, group] as const)));
  const steps = stepsOf(graph.cycles);
  return {
    nodes: graph.nodes.flatMap((node): Drawn[] => {
      const group = first.get(node.id);
      if (group && group[0] !== node) return [];
      return [{ id: node.id, nodes: group ?? [node], onCycle: onCycle.has(node.id) }];
    }),
    edges: graph.edges
      .filter(({ from }) => (first.get(from)?.[0].id ?? from) === from)
      .map((edge) => ({ ...edge, onCycle: steps.has(`${edge.from}\n${edge.to}`) })),
  };
}

function stepsOf(cycles: Graph['cycles']): Set<string> {
  return new Set(
    cycles.flatMap((cycle) => cycle.map((from, at) => `${from}\n${cycle[(at + 1) % cycle.length]}`)),
  );
}

/** Those on circles, then who is near them, then the rest as told. */
function nearest(
  { nodes, edges }: { nodes: Drawn[]; edges: DrawnEdge[] },
  onCycle: ReadonlySet<string>,
): string[] {
  const near = new Map<string, string[]>();
  for (const { from, to } of edges) {
    near.set(from, [...(near.get(from) ?? []), to]);
    near.set(to, [...(near.get(to) ?? []), from]);
  }
  const found = new Set(nodes.filter(({ id }) => onCycle.has(id)).map(({ id }) => id));
  const reach = () => {
    for (const id of found) for (const other of near.get(id) ?? []) found.add(other);
  };
  reach();
  // What belongs together stays together.
  for (const { id } of nodes) {
    if (found.has(id)) continue;
    found.add(id);
    reach();
  }
  return [...found];
}

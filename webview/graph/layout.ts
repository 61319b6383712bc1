/** Where the nodes and edges of a drawing go, px. The placing is dagre's. */
import { graphlib, layout } from '@dagrejs/dagre';
import { plural } from '../format';
import type { Drawing, Drawn, DrawnEdge } from './fold';

export interface Point {
  x: number;
  y: number;
}
/** `x`, `y`: its middle. */
export interface Placed extends Drawn, Point {
  width: number;
  height: number;
  /** Its name, as much as there is room for. */
  title: string;
  /** What it is: "task", "lock", "12 tasks". */
  kind: string;
}
export interface Line extends DrawnEdge {
  points: Point[];
}
export interface Layout {
  nodes: Placed[];
  edges: Line[];
  width: number;
  height: number;
}

const LONGEST = 30;
/** A character's width, about. */
const CHARACTER = 7;
const HEIGHT = 40;
const KINDS: Record<string, string> = { io: 'connection or file', job: 'executor job' };

/** `tall`: what is waited for stands below, not to the right. */
export function placed({ nodes, edges }: Drawing, tall = false): Layout {
  const graph = new graphlib.Graph({ multigraph: true });
  graph.setGraph({
    rankdir: tall ? 'TB' : 'LR',
    nodesep: 18,
    ranksep: tall ? 36 : 64,
    marginx: 16,
    marginy: 16,
  });
  graph.setDefaultEdgeLabel(() => ({}));
  const sized = nodes.map((node) => ({ ...node, ...words(node), height: HEIGHT }));
  for (const { id, width, height } of sized) graph.setNode(id, { width, height });
  edges.forEach(({ from, to }, at) => graph.setEdge(from, to, {}, String(at)));
  layout(graph);
  const { width = 0, height = 0 } = graph.graph() as { width?: number; height?: number };
  return {
    nodes: sized.map((node) => ({ ...node, ...pointOf(graph.node(node.id)) })),
    edges: edges.map((edge, at) => ({
      ...edge,
      points: (graph.edge(edge.from, edge.to, String(at)) as { points: Point[] }).points,
    })),
    width: Number.isFinite(width) ? width : 0,
    height: Number.isFinite(height) ? height : 0,
  };
}

function pointOf(label: unknown): Point {
  const { x, y } = label as Point;
  return { x, y };
}

function words({ nodes }: Drawn): { title: string; kind: string; width: number } {
  const [{ label, kind: of }] = nodes;
  const kind = nodes.length > 1 ? plural(nodes.length, 'task') : (KINDS[of] ?? of);
  // "lock db" of kind lock: the name is what is left.
  const name = label.startsWith(`${of} `) ? label.slice(of.length + 1) : label;
  const whole = nodes.length > 1 ? `${name} and others` : name;
  const title = whole.length > LONGEST ? `${whole.slice(0, LONGEST - 1)}…` : whole;
  return { title, kind, width: Math.max(title.length, kind.length) * CHARACTER + 24 };
}

/** The edge as a path of an SVG: straight, with its corners rounded. */
export function pathOf(points: readonly Point[]): string {
  if (points.length < 2) return '';
  const [first, ...rest] = points;
  let path = `M${at(first)}`;
  for (let index = 0; index < rest.length - 1; index++) {
    const corner = rest[index];
    const next = rest[index + 1];
    const end = index === rest.length - 2 ? next : { x: (corner.x + next.x) / 2, y: (corner.y + next.y) / 2 };
    path += `Q${at(corner)} ${at(end)}`;
  }
  return rest.length === 1 ? `${path}L${at(rest[0])}` : path;
}

function at({ x, y }: Point): string {
  return `${x.toFixed(1)},${y.toFixed(1)}`;
}

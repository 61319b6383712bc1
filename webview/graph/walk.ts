/** Moving through a drawn graph by the arrow keys: to what is joined by an edge if there is such, else to what is near. */
import type { Layout, Placed, Point } from './layout';

const WAYS: Record<string, Point> = {
  ArrowRight: { x: 1, y: 0 },
  ArrowLeft: { x: -1, y: 0 },
  ArrowDown: { x: 0, y: 1 },
  ArrowUp: { x: 0, y: -1 },
};

/** The node that the key leads to; undefined where it leads nowhere. */
export function walked({ nodes, edges }: Layout, id: string, key: string): string | undefined {
  if (key === 'Home') return nodes[0]?.id;
  if (key === 'End') return nodes.at(-1)?.id;
  const way = WAYS[key];
  if (!way) return undefined;
  const here = nodes.find((node) => node.id === id);
  if (!here) return nodes[0]?.id;
  const ends = (from: 'from' | 'to', to: 'from' | 'to') =>
    new Set(edges.filter((edge) => edge[from] === id).map((edge) => edge[to]));
  const [out, into] = [ends('from', 'to'), ends('to', 'from')];
  const forward = way.x + way.y > 0;
  const ahead = nodes.filter((node) => (node.x - here.x) * way.x + (node.y - here.y) * way.y > 1);
  return (
    nearest(
      here,
      way,
      ahead.filter(({ id: other }) => out.has(other) || into.has(other)),
    ) ??
    // The way back of a circle.
    nearest(
      here,
      way,
      nodes.filter(({ id: other }) => (forward ? out : into).has(other)),
    ) ??
    nearest(here, way, ahead)
  );
}

/** What lies off the way counts twice. */
function nearest(here: Placed, way: Point, nodes: readonly Placed[]): string | undefined {
  const far = ({ x, y }: Placed) =>
    Math.abs(x - here.x) * (way.x === 0 ? 2 : 1) + Math.abs(y - here.y) * (way.y === 0 ? 2 : 1);
  let best: Placed | undefined;
  for (const node of nodes) if (node.id !== here.id && (!best || far(node) < far(best))) best = node;
  return best?.id;
}

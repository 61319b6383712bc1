/** Strongly connected components, by Tarjan's algorithm without recursion: chains may be 10 000 deep. */

/** Those of more than one node, or whose node leads to itself; nodes are 0 to count - 1. */
export function cyclicComponents(count: number, next: (node: number) => readonly number[]): number[][] {
  const index = new Int32Array(count).fill(-1);
  const low = new Int32Array(count);
  const onStack = new Uint8Array(count);
  const stack: number[] = [];
  const found: number[][] = [];
  const path: { node: number; targets: readonly number[]; at: number }[] = [];
  let numbered = 0;
  const enter = (node: number) => {
    index[node] = low[node] = numbered++;
    stack.push(node);
    onStack[node] = 1;
    path.push({ node, targets: next(node), at: 0 });
  };
  for (let root = 0; root < count; root++) {
    if (index[root] >= 0) continue;
    enter(root);
    while (path.length > 0) {
      const top = path[path.length - 1];
      if (top.at < top.targets.length) {
        const target = top.targets[top.at++];
        if (index[target] < 0) enter(target);
        else if (onStack[target] === 1) low[top.node] = Math.min(low[top.node], index[target]);
        continue;
      }
      path.pop();
      const { node } = top;
      if (path.length > 0) {
        const parent = path[path.length - 1].node;
        low[parent] = Math.min(low[parent], low[node]);
      }
      if (low[node] !== index[node]) continue;
      const component = stack.splice(stack.lastIndexOf(node));
      for (const each of component) onStack[each] = 0;
      if (component.length > 1 || top.targets.includes(node)) found.push(component);
    }
  }
  return found;
}

/** The shortest way from a node back to itself, without its end; [] when there is none. `within`: the nodes to go by. */
export function shortestCycle(
  start: number,
  within: ReadonlySet<number>,
  next: (node: number) => readonly number[],
): number[] {
  const from = new Map<number, number>();
  let front = [start];
  while (front.length > 0) {
    const reached: number[] = [];
    for (const node of front)
      for (const target of next(node)) {
        if (target === start) {
          const way = [node];
          for (let at = node; at !== start; way.push(at)) at = from.get(at) as number;
          return way.reverse();
        }
        if (!within.has(target) || from.has(target)) continue;
        from.set(target, node);
        reached.push(target);
      }
    front = reached;
  }
  return [];
}

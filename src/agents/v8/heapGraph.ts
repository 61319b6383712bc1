/**
 * What a suspended generator delegates to by `yield*`. V8 keeps that in the generator's registers and tells nobody; but a
 * heap snapshot holds every reference. One is taken at most once for a stop, when a chain is asked for, and not of a
 * heap that is so large that it would take seconds.
 */
import { getHeapSnapshot, getHeapStatistics } from 'node:v8';
import type { HeapProfiler } from 'node:inspector';
import type { Inspector } from './inspector';
import { isGenerator } from './generators';

/** Bytes in use, above which no snapshot is taken. */
const LARGEST = 128 * 1024 * 1024;

interface Snapshot {
  snapshot: {
    meta: { node_fields: string[]; edge_fields: string[]; edge_types: [string[]]; node_types: [string[]] };
  };
  nodes: number[];
  edges: number[];
  strings: string[];
}

export class HeapGraph {
  private graph: Graph | undefined;

  constructor(private readonly inspector: Inspector) {}

  /** The generator that this one delegates to; undefined for none, or when that cannot be told. */
  delegate(generator: object): Generator | undefined {
    try {
      const graph = this.taken();
      if (graph === undefined) return undefined;
      const { objectId } = this.inspector.remote(generator);
      const { heapSnapshotObjectId } = this.inspector.post<HeapProfiler.GetHeapObjectIdReturnType>(
        'HeapProfiler.getHeapObjectId',
        { objectId },
      );
      const found = graph.delegate(Number(heapSnapshotObjectId));
      if (found === undefined) return undefined;
      const { result } = this.inspector.post<HeapProfiler.GetObjectByHeapObjectIdReturnType>(
        'HeapProfiler.getObjectByHeapObjectId',
        { objectId: String(found), objectGroup: 'tickscope' },
      );
      const value = result.objectId === undefined ? undefined : this.inspector.valueOf(result.objectId);
      return isGenerator(value) ? value : undefined;
    } catch {
      return undefined;
    }
  }

  /** The program runs on. */
  forget(): void {
    if (this.graph !== undefined) this.inspector.post('HeapProfiler.disable');
    this.graph = undefined;
  }

  private taken(): Graph | undefined {
    if (this.graph !== undefined) return this.graph;
    if (getHeapStatistics().used_heap_size > LARGEST) return undefined;
    // The inspector knows objects by their numbers in snapshots, but in some versions it hands those out too late.
    this.inspector.post('HeapProfiler.enable');
    const stream = getHeapSnapshot();
    const chunks: string[] = [];
    for (let chunk: unknown; (chunk = stream.read()) !== null;) chunks.push(String(chunk));
    stream.destroy();
    return (this.graph = new Graph(JSON.parse(chunks.join('')) as Snapshot));
  }
}

class Graph {
  private readonly nodeSize: number;
  private readonly edgeSize: number;
  /** Id of a node → its index. */
  private readonly index = new Map<number, number>();
  /** Number of a node → index of its first edge. */
  private readonly firstEdge: Uint32Array;

  constructor(private readonly of: Snapshot) {
    const { node_fields, edge_fields } = of.snapshot.meta;
    this.nodeSize = node_fields.length;
    this.edgeSize = edge_fields.length;
    const id = node_fields.indexOf('id');
    const count = node_fields.indexOf('edge_count');
    this.firstEdge = new Uint32Array(of.nodes.length / this.nodeSize + 1);
    let edge = 0;
    for (let node = 0, number = 0; node < of.nodes.length; node += this.nodeSize, number++) {
      this.index.set(of.nodes[node + id], node);
      this.firstEdge[number] = edge;
      edge += of.nodes[node + count] * this.edgeSize;
    }
    this.firstEdge[of.nodes.length / this.nodeSize] = edge;
  }

  /** Id of what the generator with this id iterates by `yield*`: it stands in the registers before the method `next`. */
  delegate(id: number): number | undefined {
    const node = this.index.get(id);
    const registers = node === undefined ? undefined : this.child(node, 'parameters_and_registers');
    if (registers === undefined) return undefined;
    const held = this.children(registers);
    const next = held.findLastIndex(({ to }) => this.type(to) === 'closure' && this.name(to) === 'next');
    for (let i = next - 1; i >= 0; i--)
      if (this.type(held[i].to) === 'object') return this.of.nodes[held[i].to + 2];
    return undefined;
  }

  private child(node: number, name: string): number | undefined {
    return this.children(node).find((edge) => edge.name === name)?.to;
  }

  /** In the order of their indices where they have some. */
  private children(node: number): { name: string | number; to: number }[] {
    const { edges, strings } = this.of;
    const number = node / this.nodeSize;
    const found: { name: string | number; to: number }[] = [];
    for (let edge = this.firstEdge[number]; edge < this.firstEdge[number + 1]; edge += this.edgeSize) {
      const type = this.of.snapshot.meta.edge_types[0][edges[edge]];
      const named = edges[edge + 1];
      const name = type === 'element' || type === 'hidden' ? named : strings[named];
      found.push({ name, to: edges[edge + 2] });
    }
    return found.sort((a, b) => Number(a.name) - Number(b.name) || 0);
  }

  private type(node: number): string {
    return this.of.snapshot.meta.node_types[0][this.of.nodes[node]];
  }
  private name(node: number): string {
    return this.of.strings[this.of.nodes[node + 1]];
  }
}

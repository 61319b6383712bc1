/** A heap snapshot of this thread, read into tables: who refers to whom, and by which name. Nodes are numbered from 0. */
import { getHeapSnapshot } from 'node:v8';

interface Written {
  snapshot: {
    meta: {
      node_fields: string[];
      node_types: [string[]];
      edge_fields: string[];
      edge_types: [string[]];
      location_fields: string[];
    };
  };
  nodes: number[];
  edges: number[];
  locations: number[];
  strings: string[];
}

export interface Edge {
  /** context, element, property, internal, hidden, shortcut, weak */
  type: string;
  name: string | number;
  from: number;
  to: number;
}

/** Where a function is written. */
export interface Place {
  scriptId: number;
  /** From 1. */
  line: number;
  /** From 1. */
  column: number;
}

export class HeapSnapshot {
  readonly count: number;
  private readonly nodeSize: number;
  private readonly edgeSize: number;
  private readonly idAt: number;
  private readonly sizeAt: number;
  private readonly nodeTypes: string[];
  private readonly edgeTypes: string[];
  /** Node → its first edge, in numbers of edges. */
  private readonly first: Uint32Array;
  private readonly element: number;
  private readonly hidden: number;
  private readonly numbers = new Map<string, number>();
  private readonly places = new Map<number, number>();
  private retaining: { first: Uint32Array; edge: Uint32Array; from: Uint32Array } | undefined;

  private constructor(private readonly of: Written) {
    const { node_fields, node_types, edge_fields, edge_types, location_fields } = of.snapshot.meta;
    this.nodeSize = node_fields.length;
    this.edgeSize = edge_fields.length;
    this.nodeTypes = node_types[0];
    this.edgeTypes = edge_types[0];
    this.element = this.edgeTypes.indexOf('element');
    this.hidden = this.edgeTypes.indexOf('hidden');
    this.idAt = node_fields.indexOf('id');
    this.sizeAt = node_fields.indexOf('self_size');
    this.count = of.nodes.length / this.nodeSize;
    this.first = new Uint32Array(this.count + 1);
    const countAt = node_fields.indexOf('edge_count');
    for (let node = 0, edge = 0; node < this.count; node++) {
      edge += of.nodes[node * this.nodeSize + countAt];
      this.first[node + 1] = edge;
    }
    for (let at = 0; at < of.locations.length; at += location_fields.length)
      this.places.set(of.locations[at] / this.nodeSize, at);
  }

  /** Collects garbage; takes 20 ms for each MB in use, or more. */
  static take(): HeapSnapshot {
    const stream = getHeapSnapshot();
    const chunks: string[] = [];
    for (let chunk: unknown; (chunk = stream.read()) !== null;) chunks.push(String(chunk));
    stream.destroy();
    return new HeapSnapshot(JSON.parse(chunks.join('')) as Written);
  }

  /** The number by which the inspector knows it. */
  id(node: number): number {
    return this.of.nodes[node * this.nodeSize + this.idAt];
  }
  /** Bytes that it takes without what it refers to. */
  size(node: number): number {
    return this.of.nodes[node * this.nodeSize + this.sizeAt];
  }
  type(node: number): string {
    return this.nodeTypes[this.of.nodes[node * this.nodeSize]];
  }
  name(node: number): string {
    return this.of.strings[this.of.nodes[node * this.nodeSize + 1]];
  }

  /** Where a function is written, also that of a generator. */
  place(node: number): Place | undefined {
    const at = this.places.get(node);
    if (at === undefined) return undefined;
    const { locations } = this.of;
    return { scriptId: locations[at + 1], line: locations[at + 2] + 1, column: locations[at + 3] + 1 };
  }

  /** Each reference that it has, without making an object of it. */
  each(node: number, visit: (type: string, name: string | number, to: number) => void): void {
    const { edges, strings } = this.of;
    for (let edge = this.first[node]; edge < this.first[node + 1]; edge++) {
      const at = edge * this.edgeSize;
      const named = edges[at + 1];
      const name = this.isNumbered(edges[at]) ? named : strings[named];
      visit(this.edgeTypes[edges[at]], name, edges[at + 2] / this.nodeSize);
    }
  }

  edges(node: number): Edge[] {
    const found: Edge[] = [];
    for (let edge = this.first[node]; edge < this.first[node + 1]; edge++) found.push(this.edge(edge, node));
    return found;
  }

  /** What it refers to by that name. */
  child(node: number, name: string): number | undefined {
    const { edges } = this.of;
    const wanted = this.numberOf(name);
    for (let edge = this.first[node]; edge < this.first[node + 1]; edge++) {
      const at = edge * this.edgeSize;
      if (edges[at + 1] === wanted && !this.isNumbered(edges[at])) return edges[at + 2] / this.nodeSize;
    }
    return undefined;
  }

  /** What anything refers to by that name. */
  held(name: string): number | undefined {
    const { edges } = this.of;
    const wanted = this.numberOf(name);
    if (wanted >= 0)
      for (let at = 0; at < edges.length; at += this.edgeSize)
        if (edges[at + 1] === wanted && this.edgeTypes[edges[at]] === 'property')
          return edges[at + 2] / this.nodeSize;
    return undefined;
  }

  /**
   * Where objects are that are held by an array under that name. The name has to be used nowhere else, and the array to be
   * alive while the snapshot is taken. Throws when it is not there.
   */
  nodesOf<T>(name: string, values: readonly T[]): Map<number, T> {
    const array = this.held(name);
    if (array === undefined) throw new Error(`The heap snapshot does not show ${name}.`);
    const found = new Map<number, T>();
    this.each(array, (type, at, to) => {
      if (type === 'element') found.set(to, values[at as number]);
    });
    return found;
  }

  private numberOf(name: string): number {
    let number = this.numbers.get(name);
    if (number === undefined) {
      number = this.of.strings.indexOf(name);
      this.numbers.set(name, number);
    }
    return number;
  }

  /** Its name is a number. */
  private isNumbered(type: number): boolean {
    return type === this.element || type === this.hidden;
  }

  /** The references to it. */
  retainers(node: number): Edge[] {
    const { first, edge, from } = (this.retaining ??= this.reversed());
    const found: Edge[] = [];
    for (let at = first[node]; at < first[node + 1]; at++) found.push(this.edge(edge[at], from[at]));
    return found;
  }

  private edge(edge: number, from: number): Edge {
    const { edges, strings } = this.of;
    const at = edge * this.edgeSize;
    const type = this.edgeTypes[edges[at]];
    const named = edges[at + 1];
    const name = this.isNumbered(edges[at]) ? named : strings[named];
    return { type, name, from, to: edges[at + 2] / this.nodeSize };
  }

  private reversed() {
    const { edges } = this.of;
    const total = this.first[this.count];
    const first = new Uint32Array(this.count + 1);
    for (let edge = 0; edge < total; edge++) first[edges[edge * this.edgeSize + 2] / this.nodeSize + 1]++;
    for (let node = 0; node < this.count; node++) first[node + 1] += first[node];
    const next = first.slice();
    const [edge, from] = [new Uint32Array(total), new Uint32Array(total)];
    for (let node = 0; node < this.count; node++)
      for (let number = this.first[node]; number < this.first[node + 1]; number++) {
        const at = next[edges[number * this.edgeSize + 2] / this.nodeSize]++;
        edge[at] = number;
        from[at] = node;
      }
    return { first, edge, from };
  }
}

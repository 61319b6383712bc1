/** What libuv counts of its loop. */
interface NodeTiming {
  /** Absent before Node 20.18. */
  uvMetricsInfo?: { loopCount: number };
  /** ms */
  idleTime: number;
}

const { nodeTiming } = performance as unknown as { nodeTiming: NodeTiming };

/** Iterations that have begun. */
export function loopCount(): number {
  return (nodeTiming.uvMetricsInfo as { loopCount: number }).loopCount;
}

/** How long the loop has slept, ms. */
export function idleTime(): number {
  return nodeTiming.idleTime;
}

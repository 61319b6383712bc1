/** The page's clock and timers; tests bring virtual ones. */
export interface Timing {
  /** ms */
  now(): number;
  /** Returns what takes it back. */
  after(ms: number, run: () => void): () => void;
}

/**
 * Node's native code hands the length of what was read to JavaScript in memory that all streams share, and our hook runs in
 * between: what we read meanwhile (a heap snapshot is a stream) must not be taken for it.
 */
interface StreamWrap {
  streamBaseState?: Int32Array;
}

export class StreamState {
  private readonly shared = sharedByStreams();
  private kept: Int32Array | undefined;

  keep(): void {
    this.kept = this.shared?.slice();
  }

  restore(): void {
    if (this.kept !== undefined) this.shared?.set(this.kept);
    this.kept = undefined;
  }
}

/** Undefined where Node gives it out no more. */
function sharedByStreams(): Int32Array | undefined {
  const { noDeprecation } = process;
  // Node warns of process.binding on demand, and the program would see it.
  process.noDeprecation = true;
  try {
    const { binding } = process as unknown as { binding(name: string): StreamWrap };
    const { streamBaseState } = binding.call(process, 'stream_wrap');
    return streamBaseState instanceof Int32Array ? streamBaseState : undefined;
  } catch {
    return undefined;
  } finally {
    process.noDeprecation = noDeprecation;
  }
}

/** The memory that one thread and the helper share. */
import type { Target } from '../../adapter/contract';
import { CONTROL, type Shared } from './control';
import { makeRing } from './ring';

export function newShared(target: Target): Shared {
  return {
    control: new SharedArrayBuffer(CONTROL.LENGTH * Int32Array.BYTES_PER_ELEMENT),
    ring: target === 'node' ? makeRing() : undefined,
  };
}

/** Who holds which lock: told at every acquire and release, so that it is known of every moment. */
export class LockTable {
  private readonly owners = new Map<number, number>();

  acquired(lock: number, actor: number): void {
    this.owners.set(lock, actor);
  }
  released(lock: number): void {
    this.owners.delete(lock);
  }
  /** The task that holds it; 0: nobody, or nobody knows. */
  ownerOf(lock: number): number {
    return this.owners.get(lock) ?? 0;
  }

  /** Lock, owner, lock, owner… */
  checkpoint(): { owners: Uint32Array } {
    return { owners: Uint32Array.from([...this.owners].flat()) };
  }
  restore({ owners }: { owners: Uint32Array }): void {
    this.owners.clear();
    for (let i = 0; i < owners.length; i += 2) this.owners.set(owners[i], owners[i + 1]);
  }
}

export type LockCheckpoint = ReturnType<LockTable['checkpoint']>;

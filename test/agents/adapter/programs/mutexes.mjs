// Two calls that took two mutexes made of promises in different order; a timer goes on.
class Mutex {
  locked = null;
  async acquire() {
    while (this.locked) await this.locked.promise;
    let resolve;
    const promise = new Promise((done) => (resolve = done));
    this.locked = { promise, resolve };
  }
  release() {
    const { resolve } = this.locked;
    this.locked = null;
    resolve();
  }
}

async function work(mine, other) {
  await mine.acquire();
  await new Promise((done) => setTimeout(done, 10));
  await other.acquire();
  other.release();
  mine.release();
}

setInterval(() => {}, 1000);
const db = new Mutex();
const cache = new Mutex();
await Promise.all([work(db, cache), work(cache, db)]);

import asyncHooks, { AsyncLocalStorage } from 'node:async_hooks';
import { syncBuiltinESMExports } from 'node:module';

/** The class of Node.js: `AsyncLocalStorage` is another one while `withScopedStorage` runs. */
const PlainStorage = AsyncLocalStorage;

/** What an async context holds of one `run`: its store, until the run has ended. */
type Held<T> = { store: T | undefined };

/**
 * Storage that is enabled only while a `run` is in progress, and whose store is let go at the end of its `run`.
 *
 * Before Node.js 24, every enabled storage makes every promise of the process slower, and it stays enabled until
 * `disable` is called: with 100 of them, an `await` takes 9 µs instead of 0.1 (Node.js 20.20). Baileys 7.0.0-rc14
 * creates one for each connection (`addTransactionCapability`) and disables none.
 *
 * A timer keeps the async context in which it was started. The caches of Baileys start one for each entry, of up to
 * three days, in a transaction: each would keep all sessions that its transaction has read.
 */
class ScopedStorage<T> extends PlainStorage<T> {
  readonly #held = new PlainStorage<Held<T>>();
  #running = 0;

  override run<R, Args extends unknown[]>(
    store: T,
    callback: (...args: Args) => R,
    ...args: Args
  ): R {
    const held: Held<T> = { store };
    const leave = () => {
      held.store = undefined;
      this.#running -= 1;
      if (this.#running === 0) this.#held.disable();
    };
    this.#running += 1;
    try {
      const result = this.#held.run(held, callback, ...args);
      if (result instanceof Promise) result.then(leave, leave);
      else leave();
      return result;
    } catch (error) {
      leave();
      throw error;
    }
  }

  override getStore(): T | undefined {
    return this.#held.getStore()?.store;
  }
}

const NAME = 'AsyncLocalStorage';

/**
 * Runs a synchronous `task` in which every new `AsyncLocalStorage` of any module is a `ScopedStorage`. Since Node.js 22,
 * the property has only a getter, so that it cannot be assigned.
 */
export function withScopedStorage<R>(task: () => R): R {
  const original = Object.getOwnPropertyDescriptor(asyncHooks, NAME) ?? {};
  Object.defineProperty(asyncHooks, NAME, {
    configurable: true,
    enumerable: true,
    value: ScopedStorage,
  });
  syncBuiltinESMExports();
  try {
    return task();
  } finally {
    Object.defineProperty(asyncHooks, NAME, original);
    syncBuiltinESMExports();
  }
}
